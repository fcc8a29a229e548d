import type { version as english } from '../en/version.ts'
import type { TextsLike } from '../message.ts'

export const version: TextsLike<typeof english> = {
  details: 'Details',
  detailsOf: 'Details von {type} {version}',
  dataset: 'Trainingsdaten',
  datasetUnknown: 'Nicht festgehalten: Der Job entstand, bevor Stände des Datensatzes aufbewahrt wurden.',
  atTraining: 'Beim Training',
  documents: { one: '{count} Dokument', other: '{count} Dokumente' },
  revision: 'Stand {revision} des Datensatzes',
  leftOut: 'Vor dem Training nicht mehr freigegeben',
  leftOutCount: { one: '{count} Dokument, nicht verwendet', other: '{count} Dokumente, nicht verwendet' },
  since: 'Seitdem nicht mehr freigegeben',
  noneWithdrawn: 'keine',
  unknown: 'nicht bekannt',
  datasetDigest: 'SHA-256 der Dokumente',
  scores: 'Werte nach Namen',
  scoresOf: 'Werte nach Namen: {type} {version}',
  scoresGone: 'Der Job, der sie gemeldet hat, wurde gelöscht.',
  noScores: 'Der Job hat keine Metriken mit Namen gemeldet.',
  metric: 'Metrik',
  latest: 'Letzter',
  best: 'Bester',
  latestOf: 'Letzter von {version} (aktiv)',
  noFiles: 'Zu dieser Version gehören keine Dateien.',
  digest: 'SHA-256 aller Dateien',
  sameFilesAs: 'Gleiche Dateien wie',
}
