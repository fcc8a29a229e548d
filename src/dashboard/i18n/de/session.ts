import type { session as english } from '../en/session.ts'
import type { TextsLike } from '../message.ts'

export const session: TextsLike<typeof english> = {
  title: 'Anmelden',
  again: 'Ihre Sitzung ist beendet. Melden Sie sich erneut an; Ihre Eingaben sind noch da.',
  text: 'Melden Sie sich mit dem Token an, das Sie erhalten haben. Es wird nicht im Browser gespeichert.',
  token: 'Token',
  signIn: 'Anmelden',
  signOut: 'Abmelden',
  signedInAs: 'Angemeldet als {name}, {role}',
  endsAt: 'Ihre Sitzung endet um {time}.',
  signInAgain: 'Erneut anmelden',
  needed: 'Melden Sie sich an, um fortzufahren.',
  viewer: 'Betrachter',
  operator: 'Operator',
  admin: 'Administrator',
  runner: 'Runner',
  unknownToken: 'Dieses Token ist unbekannt, abgelaufen oder widerrufen. Prüfen Sie es oder fordern Sie ein neues an.',
  malformedToken: 'Das ist kein gültiges Token. Prüfen Sie, ob es vollständig und ohne Leerzeichen kopiert wurde.',
  emptyToken: 'Geben Sie Ihr Token ein.',
  tooManyAttempts: 'Zu viele Fehlversuche. Versuchen Sie es in {wait} erneut.',
  notConfigured: 'Die Anmeldung ist auf diesem Server nicht eingerichtet.',
  notConfiguredText:
    'Alle Anfragen werden abgelehnt, bis die Anmeldung eingerichtet ist. Wie das geht, steht in der README.',
  unclear: '{reason} Neuer Versuch läuft …',
  unreachable: 'Der Server ist nicht erreichbar. Prüfen Sie Ihre Verbindung und versuchen Sie es erneut.',
}
