import type { names as english } from '../en/names.ts'
import type { TextsLike } from '../message.ts'

/** Of names that somebody gives. */
export const names: TextsLike<typeof english> = {
  name: 'Name',
  missing: 'Geben Sie einen Namen ein.',
  tooLong: 'Der Name hat {count} Zeichen; das Maximum ist {max}.',
  unseen:
    'Der Name enthält ein unsichtbares Zeichen, etwa einen Zeilenumbruch. Entfernen Sie es oder geben Sie den Namen neu ein.',
  marks: 'Der Name beginnt mit einem Akzent oder hat zu viele auf einem Zeichen. Entfernen Sie sie.',
}
