import type { session as english } from '../en/session.ts'
import type { TextsLike } from '../message.ts'

export const session: TextsLike<typeof english> = {
  title: 'Anmelden',
  again: 'Ihre Sitzung ist beendet. Melden Sie sich wieder an; Ihre Eingaben sind noch da.',
  text: 'Melden Sie sich mit dem Token an, das Sie erhalten haben. Diese Seite bewahrt es nicht auf.',
  token: 'Token',
  signIn: 'Anmelden',
  signOut: 'Abmelden',
  signedInAs: 'Angemeldet als {name}, {role}',
  endsAt: 'Ihre Sitzung endet um {time}.',
  signInAnew: 'Neu anmelden',
  needed: 'Um das zu sehen, müssen Sie sich anmelden.',
  viewer: 'Lesezugriff',
  operator: 'Betrieb',
  admin: 'Verwaltung',
  unknownToken:
    'Dieses Token ist unbekannt, abgelaufen oder widerrufen. Prüfen Sie es oder lassen Sie sich ein neues geben.',
  malformedToken: 'Das ist kein Token: Prüfen Sie, ob es vollständig und ohne Leerzeichen kopiert wurde.',
  emptyToken: 'Geben Sie Ihr Token ein.',
  tooManyAttempts: 'Es gab zu viele Fehlversuche. Versuchen Sie es in {wait} noch einmal.',
  notConfigured: 'Die Anmeldung ist auf diesem Server nicht eingerichtet.',
  notConfiguredText:
    'Der Dienst lehnt jede Anfrage ab, bis die Anmeldung eingerichtet ist. Wie das geht, steht in der README.',
  unclear: '{reason} Neuer Versuch läuft …',
  unreachable: 'Der Server ist nicht erreichbar. Prüfen Sie Ihre Verbindung und versuchen Sie es noch einmal.',
}
