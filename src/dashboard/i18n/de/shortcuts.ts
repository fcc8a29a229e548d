import type { shortcuts as english } from '../en/shortcuts.ts'
import type { TextsLike } from '../message.ts'

export const shortcuts: TextsLike<typeof english> = {
  title: 'Tastaturkürzel',
  general: 'Überall',
  goTo: 'Gehe zu',
  show: 'Diese Liste anzeigen',
  search: 'Suchen',
  create: 'Neuer Job',
  enabled: 'Tastaturkürzel verwenden',
  enabledHint: 'In Eingabefeldern und bei geöffnetem Dialog wirken sie nicht.',
}
