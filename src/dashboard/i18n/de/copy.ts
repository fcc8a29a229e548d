import type { copy as english } from '../en/copy.ts'
import type { TextsLike } from '../message.ts'

export const copy: TextsLike<typeof english> = {
  id: 'ID',
  copyId: 'ID kopieren',
  copyIdOf: 'ID von {name} kopieren',
  copied: 'Kopiert',
  failed: 'Der Browser erlaubt das Kopieren nicht. Markieren Sie den Text und kopieren Sie ihn von Hand.',
  curl: 'Als curl kopieren',
  curlCopied: 'curl-Befehl kopiert',
  curlCopiedToken: 'curl-Befehl kopiert. Legen Sie vor dem Ausführen ein Token in STELLWERK_TOKEN ab.',
  requests: 'Anfragen als curl',
  requestsHint: 'Jede Schaltfläche kopiert einen Befehl für die Shell.',
  read: 'Job lesen',
  follow: 'Live verfolgen',
  events: 'Aktivität lesen',
  curve: 'Kurve herunterladen',
}
