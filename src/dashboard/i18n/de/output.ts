import type { output as english } from '../en/output.ts'
import type { TextsLike } from '../message.ts'

export const output: TextsLike<typeof english> = {
  title: 'Ausgabe',
  lines: 'Zeilen der Ausgabe',
  notYet: 'Noch keine Ausgabe',
  neverAny: 'Es kam keine Ausgabe an',
  follow: 'Mitlaufen',
  wrap: 'Zeilen umbrechen',
  download: 'Als Text herunterladen',
  search: 'Ausgabe durchsuchen',
  previous: 'Vorheriger Treffer',
  next: 'Nächster Treffer',
  none: 'Kein Treffer',
  found: { one: '{count} Zeile', other: '{count} Zeilen' },
  foundAt: { one: '{place} von {count} Zeile', other: '{place} von {count} Zeilen' },
  reading: '{share} durchsucht',
  step: 'Schritt',
  toStep: 'Zum Schritt',
  atStep: 'Schritt {step}, {at}',
  noStep: 'Kein Schritt {step} oder später',
  noNumber: 'Bitte eine ganze Zahl eingeben',
  unread: 'Die Ausgabe konnte nicht gelesen werden. Bitte erneut versuchen.',
  dropped: {
    one: 'Die erste Zeile wird nicht mehr aufbewahrt: gespeichert bleiben die letzten {size} MiB.',
    other: 'Die ersten {count} Zeilen werden nicht mehr aufbewahrt: gespeichert bleiben die letzten {size} MiB.',
  },
  cut: 'nach {size} KiB abgeschnitten',
  attempt: 'Versuch {number} · {at}',
  stderr: 'Standardfehlerausgabe',
  runner: 'Vom Runner selbst',
}
