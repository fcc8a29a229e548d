import type { curves as english } from '../en/curves.ts'
import type { TextsLike } from '../message.ts'

export const curves: TextsLike<typeof english> = {
  all: { one: '{count} Metrik', other: 'Alle {count} Metriken' },
  find: 'Metrik suchen',
  noneFound: 'Keine Metrik mit diesem Namen',
  pinned: 'Angeheftet',
  plain: 'Ohne Präfix',
  hidden: 'Ausgeblendet',
  showAll: 'Alle {count} Diagramme zeigen',
  pin: 'Anheften',
  pinNamed: '{name} anheften',
  unpin: 'Lösen',
  unpinNamed: '{name} lösen',
  hide: 'Ausblenden',
  hideNamed: '{name} ausblenden',
  show: 'Einblenden',
  showNamed: '{name} einblenden',
  showSuperseded: 'Ersetzte Abschnitte zeigen',
  value: 'Wert',
  insteadOf: 'Wo {name} fehlt, ist {others} eingezeichnet.',
  rewind: 'Versuch {number}',
  superseded: '{name} (ersetzt)',
  summary: '{name}: neuester Wert {latest}, niedrigster {low}, höchster {high}',
  losses: 'Bei Schritt {step}: Trainingsverlust {loss}, Validierungsverlust {valLoss}',
  refused: 'Die Kurve konnte nicht geladen werden',
  again: 'Erneut versuchen',
}
