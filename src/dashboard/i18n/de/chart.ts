import type { chart as english } from '../en/chart.ts'
import type { TextsLike } from '../message.ts'

export const chart: TextsLike<typeof english> = {
  scale: 'Y-Achse',
  linear: 'Linear',
  log: 'Log',
  smoothing: 'Glättung',
  smoothed: '{name} (geglättet)',
  raw: '{name} (roh)',
  rawValue: 'roh {value}',
  latest: 'Neueste Werte',
  touchHint: 'Antippen zeigt Werte, + und − ändern den Ausschnitt.',
  notFinite: { one: '{name}: {value} bei {at}', other: '{name}: {value} ab {at}, {count} Punkte' },
}
