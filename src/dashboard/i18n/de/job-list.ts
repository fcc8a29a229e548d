import type { jobList as english } from '../en/job-list.ts'
import type { TextsLike } from '../message.ts'

export const jobList: TextsLike<typeof english> = {
  conditions: 'Besonderheiten',
  waiting: 'Wartet auf Slot oder Runner',
  silent: 'Runner nicht gehört',
  stalled: 'Ohne Fortschritt',
  runner: 'Runner',
  anyRunner: 'Alle Runner',
  waitsForRunner: 'Wartet auf einen Runner',
  notHeard: 'Seit {time} nicht gehört',
  noStep: 'Seit {time} kein Schritt',
}
