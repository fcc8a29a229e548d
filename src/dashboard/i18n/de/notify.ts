import type { notify as english } from '../en/notify.ts'
import type { TextsLike } from '../message.ts'

export const notify: TextsLike<typeof english> = {
  on: 'Benachrichtigen',
  off: 'Nicht mehr benachrichtigen',
  blocked: 'Benachrichtigungen dieser Seite sind in den Einstellungen des Browsers blockiert.',
  full: 'Sie werden schon über {count} Jobs benachrichtigt. Beenden Sie erst eine davon.',
  done: 'Sie werden benachrichtigt, wenn „{name}“ abgeschlossen, fehlgeschlagen oder nicht mehr zu hören ist, solange ein Tab von Stellwerk offen ist',
  stopped: 'Keine Benachrichtigungen mehr über „{name}“',
  refused: 'Der Browser hat Benachrichtigungen nicht erlaubt',
  failedWhy: 'Fehlgeschlagen: {reason}',
  silent: 'Nicht gehört seit {at}',
}
