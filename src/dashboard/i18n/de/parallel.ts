import type { parallel as english } from '../en/parallel.ts'
import type { TextsLike } from '../message.ts'

export const parallel: TextsLike<typeof english> = {
  title: 'Einstellungen und Ergebnis',
  axes: 'Parallele Achsen',
  lines: 'Jobs, je eine Linie',
  hint: 'Zum Ablesen auf eine Linie zeigen oder tippen, zum Eingrenzen eine Achse entlang ziehen. Mit der Tastatur: Tab und Pfeiltasten.',
  from: '{name}, untere Grenze',
  to: '{name}, obere Grenze',
  kept: '{count} von {all} Jobs in den gewählten Bereichen',
  keepAll: 'Alle zeigen',
  none: 'ohne',
  result: 'Ergebnis',
  value: 'Wert',
  higher: 'höher ist besser',
  lower: 'niedriger ist besser',
  noAxes:
    'Die Jobs haben dieselben Einstellungen und Parameter. Wählen Sie Spalten, um sie neben dem Ergebnis zu sehen.',
  table: 'Gewählte Spalten',
  job: 'Job',
  ascending: '{name}, niedrigste zuerst',
  descending: '{name}, höchste zuerst',
  csv: 'CSV herunterladen',
  file: 'vergleich',
}
