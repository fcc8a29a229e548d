import type { problem as english } from '../en/problem.ts'
import type { TextsLike } from '../message.ts'

export const problem: TextsLike<typeof english> = {
  offline: 'Der Server ist nicht erreichbar. Letzte Änderungen wurden möglicherweise nicht gespeichert.',
  unexpected: 'Unerwartete Antwort des Servers (Status {status}).',
  'signed-out': 'Sie sind nicht angemeldet.',
  forbidden: 'Ihre Rolle erlaubt das nicht.',
  'not-found': 'Nicht gefunden. Vielleicht wurde es gelöscht.',
  'not-running': 'Dieser Job läuft nicht und kann daher nicht pausiert werden.',
  'opened-elsewhere':
    'Ein Skript hat diesen Lauf selbst begonnen. Beenden Sie das Skript, oder brechen Sie den Job ab.',
  'not-paused': 'Dieser Job ist nicht pausiert und kann daher nicht fortgesetzt werden.',
  already: 'Dieser Job ist bereits beendet oder wird gerade abgeschlossen.',
  running: 'Ein laufender Job kann nicht gelöscht werden. Pausieren Sie ihn oder brechen Sie ihn zuerst ab.',
  'paused-too-often': 'Dieser Job wurde zu oft pausiert. Lassen Sie ihn laufen oder brechen Sie ihn ab.',
  'slot-taken': 'Kein Slot ist frei: Ein anderer Job läuft oder wartet schon länger.',
  'queue-full': 'Die Warteschlange ist voll. Versuchen Sie es erneut, wenn ein Job beendet ist.',
  changed: 'Das hat sich inzwischen geändert. Prüfen Sie den aktuellen Stand und versuchen Sie es erneut.',
  unavailable: 'Die Datenbank antwortet nicht. Es wurde nichts geändert; versuchen Sie es erneut.',
  'too-many-watchers': 'Zu viele Zuschauer bei diesem Job. Versuchen Sie es später erneut.',
  'too-many-streams': 'Zu viele Live-Ansichten dieses Jobs gleichzeitig. Schließen Sie eine.',
  'active-model': 'Die aktive Version kann nicht gelöscht werden. Aktivieren Sie zuerst eine andere.',
  'invalid-request': 'Einige Angaben sind ungültig.',
  status500: 'Auf dem Server ist ein Fehler aufgetreten. Anfrage-ID: {id}',
  'cross-site': 'Die Anfrage kam nicht von dieser Seite. Laden Sie die Seite neu.',
  'no-role': 'Sie sind angemeldet, haben aber noch keine Rolle. Wenden Sie sich an einen Administrator.',
  'no-session':
    'Dieses Token gehört einem Runner oder einem Job, mit ihm ist keine Anmeldung möglich. Verwenden Sie ein anderes.',
  'authentication-not-configured':
    'Die Anmeldung ist auf diesem Server nicht eingerichtet; bis dahin werden alle Anfragen abgelehnt.',
  tooMany: 'Zu viele Anfragen. Versuchen Sie es in {wait} erneut.',
  title: 'Das hat nicht geklappt',
}
