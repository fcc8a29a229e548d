import './name-texts.ts'
import { nameErrorIn } from '../../platform/name.ts'
import { t } from '../i18n/text.ts'

/** Why the API would reject a tidied name, in the page's language; `null`: it would not. */
export function nameError(name: string, lengthMax: number): string | null {
  switch (nameErrorIn(name, lengthMax)) {
    case null:
      return null
    case 'empty':
      return t('names.missing')
    case 'too_long':
      return t('names.tooLong', { count: [...name].length, max: lengthMax })
    case 'unseen':
      return t('names.unseen')
    case 'marks':
      return t('names.marks')
  }
}
