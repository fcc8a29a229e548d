import { z } from '@hono/zod-openapi'
import { nameSchema } from '../../http/name.ts'
import { fold } from '../../platform/fold.ts'
import { NOTES_LENGTH_MAX, TAG_LENGTH_MAX, TAGS_MAX } from '../../platform/limits.ts'
import { namePattern } from '../../platform/name.ts'

/** A tag: a name without a comma, which separates tags. */
export const Tag = nameSchema(TAG_LENGTH_MAX, {
  example: 'candidate',
  description: 'A word that jobs are found by. No commas',
})
  .refine((tag) => !tag.includes(','), 'Must not contain a comma, which separates tags')
  .openapi({ pattern: namePattern(',') })

/** Controls but the tab and the line feed, and lone surrogates. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
const unfitForNotes = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]|\p{Cs}/u

/** The notes of a job. */
export const Notes = z
  .string()
  .overwrite((text) => text.normalize('NFC').replace(/\r\n?/g, '\n').trim())
  .refine((text) => [...text].length <= NOTES_LENGTH_MAX, `Must have at most ${NOTES_LENGTH_MAX} characters`)
  .refine((text) => !unfitForNotes.test(text), 'Must not contain control characters other than tabs and line breaks')
  .openapi({
    type: 'string',
    maxLength: NOTES_LENGTH_MAX,
    example: 'Baseline for the new regulations',
    description:
      'Plain text of several lines; empty removes it. Line breaks become `\\n`, blanks at both ends are removed',
  })

/** All tags of a job. */
export const Tags = z
  .array(Tag)
  .max(TAGS_MAX)
  .transform(eachOnce)
  .openapi({
    description: 'All tags of the job, in this order. One that differs from another in case or accents only is dropped',
    example: ['candidate', '2026'],
  })

function eachOnce(tags: string[]): string[] {
  return tags.filter((tag, at) => tags.findIndex((other) => fold(other) === fold(tag)) === at)
}
