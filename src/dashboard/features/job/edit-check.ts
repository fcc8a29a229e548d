import { NAME_LENGTH_MAX, NOTES_LENGTH_MAX, TAG_LENGTH_MAX, TAGS_MAX } from '../../../platform/limits.ts'
import { nameErrorIn, tidyName } from '../../../platform/name.ts'
import type { Problem } from '../../api/problem.ts'
import { nameError } from '../../domain/name-error.ts'
import { t } from '../../i18n/text.ts'

/** What is edited, in the order of the form. */
export const editFields = ['name', 'tags', 'notes'] as const
export type EditField = (typeof editFields)[number]

/** The fields as text; the tags separated by commas. */
export type EditTexts = Record<EditField, string>

/** Errors by field, in the page's language where the form finds them itself. */
export type EditErrors = Partial<Record<EditField, string>>

/** The tags in a text. */
export const tagsIn = (text: string): string[] =>
  text
    .split(',')
    .map(tidyName)
    .filter((tag) => tag !== '')

/** The errors of the given fields, by the API's own bounds; none: it accepts them. */
export function editErrors(texts: EditTexts, fields: readonly EditField[]): EditErrors {
  const errors: EditErrors = {}
  for (const field of fields) {
    const error = checks[field](texts[field])
    if (error !== null) errors[field] = error
  }
  return errors
}

/** The errors by field that the API reports, in its words. */
export function reportedErrors({ errors = [] }: Problem): EditErrors {
  const ofField = (field: EditField) => errors.find(({ loc: [where, name] }) => where === 'body' && name === field)
  return Object.fromEntries(
    editFields.flatMap((field) => {
      const error = ofField(field)
      return error === undefined ? [] : [[field, error.msg]]
    }),
  )
}

const checks: Record<EditField, (text: string) => string | null> = {
  name: (text) => nameError(tidyName(text), NAME_LENGTH_MAX),
  tags: tagsError,
  notes: notesError,
}

function tagsError(text: string): string | null {
  const tags = tagsIn(text)
  if (tags.length > TAGS_MAX) return t('edit.tagsTooMany', { count: tags.length, max: TAGS_MAX })
  for (const tag of tags) {
    const error = nameErrorIn(tag, TAG_LENGTH_MAX)
    if (error === 'too_long') return t('edit.tagTooLong', { tag, count: [...tag].length, max: TAG_LENGTH_MAX })
    if (error !== null) return t('edit.tagUnseen', { tag })
  }
  return null
}

function notesError(text: string): string | null {
  const { length } = [...text.normalize('NFC').trim()]
  return length > NOTES_LENGTH_MAX ? t('edit.notesTooLong', { count: length, max: NOTES_LENGTH_MAX }) : null
}
