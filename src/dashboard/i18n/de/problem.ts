import type { problem as english } from '../en/problem.ts'
import type { TextsLike } from '../message.ts'

export const problem: TextsLike<typeof english> = {
  offline: 'Der Server ist nicht erreichbar. Soweit diese Seite weiß, wurde nichts geändert.',
  unexpected: 'Der Server hat etwas geantwortet, das hier nicht verstanden wird (Status {status}).',
  'signed-out': 'Sie sind nicht angemeldet.',
  forbidden: 'Ihre Rolle erlaubt das nicht.',
  'not-found': 'Das gibt es nicht mehr: Vielleicht wurde es gelöscht.',
  'not-running': 'Dieses Training läuft nicht und kann darum nicht pausiert werden.',
  'not-paused': 'Dieses Training ist nicht pausiert und kann darum nicht fortgesetzt werden.',
  already: 'Dieses Training ist schon beendet oder wird gerade abgeschlossen.',
  running: 'Ein laufendes Training kann nicht gelöscht werden. Pausieren Sie es oder brechen Sie es zuerst ab.',
  'paused-too-often': 'Dieses Training wurde zu oft pausiert. Lassen Sie es laufen oder brechen Sie es ab.',
  'slot-taken': 'Kein Platz ist frei: Ein anderes Training läuft oder wartet schon länger.',
  'queue-full': 'Es warten schon zu viele Trainings auf einen freien Platz.',
  changed: 'Das hat sich inzwischen geändert. Sehen Sie noch einmal nach, bevor Sie entscheiden.',
  unavailable: 'Die Datenbank antwortet nicht. Es wurde nichts geändert; versuchen Sie es noch einmal.',
  'too-many-watchers': 'Dieses Training wird gerade von zu vielen beobachtet.',
  'too-many-streams': 'Sie folgen diesem Training an zu vielen Stellen zugleich live.',
  'active-model': 'Eine Version im Einsatz kann nicht gelöscht werden. Aktivieren Sie zuerst eine andere.',
  'invalid-request': 'An den Eingaben stimmt etwas nicht.',
  status500: 'Im Dienst ist etwas schiefgegangen. Das Protokoll weiß mehr, unter der Nummer {id}.',
  'cross-site': 'Die Anfrage kam nicht von dieser Seite. Laden Sie die Seite neu.',
  'no-role': 'Sie sind angemeldet, haben hier aber noch keine Rolle. Wenden Sie sich an die Verwaltung.',
  'authentication-not-configured':
    'Die Anmeldung ist auf diesem Server nicht eingerichtet; bis dahin lehnt er alles ab.',
  tooMany: 'Das war zu viel auf einmal. Versuchen Sie es in {wait} noch einmal.',
  title: 'Das hat nicht geklappt',
}
