import type { edit as english } from '../en/edit.ts'
import type { TextsLike } from '../message.ts'

export const edit: TextsLike<typeof english> = {
  tagsHint: 'Tags durch Kommas trennen; höchstens {max} Tags mit je {length} Zeichen',
  tagsTooMany: 'Sie haben {count} Tags eingegeben; das Maximum ist {max}.',
  tagTooLong: 'Der Tag „{tag}“ hat {count} Zeichen; das Maximum ist {max}.',
  tagUnseen: 'Der Tag „{tag}“ enthält unsichtbare Zeichen oder lose Akzente. Geben Sie ihn neu ein.',
  notes: 'Notizen',
  notesTooLong: 'Die Notizen haben {count} Zeichen; das Maximum ist {max}.',
  lengthHint: 'Höchstens {max} Zeichen',
  save: 'Speichern',
  edited: '„{name}“ gespeichert',
  editedMeanwhile:
    'Der Job wurde inzwischen von jemand anderem bearbeitet. Speichern Sie erneut, um Ihre Änderungen zu übernehmen.',
  editedOverwrite:
    'Der Job wurde inzwischen von jemand anderem bearbeitet. Speichern Sie erneut, um diese Änderungen zu überschreiben:',
  valueOverwritten: 'wird überschrieben',
  valueKept: 'bleibt erhalten',
  valueEmpty: '(leer)',
}
