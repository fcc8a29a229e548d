import { z } from '@hono/zod-openapi'
import { nameSchema } from '../../http/name.ts'
import { fold } from '../../platform/fold.ts'
import { NOTES_LENGTH_MAX, TAG_LENGTH_MAX, TAGS_MAX } from '../../platform/limits.ts'
import { namePattern } from '../../platform/name.ts'
import type * as types from '../rules/types.ts'
import { JobName } from './schema.ts'

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

const Notes = z
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

/** The body of `PATCH /jobs/{id}`. An unknown field is rejected, since it would change nothing unnoticed. */
export const JobEdit = z
  .strictObject({
    name: JobName.optional(),
    notes: Notes.optional(),
    tags: z
      .array(Tag)
      .max(TAGS_MAX)
      .transform(eachOnce)
      .optional()
      .openapi({
        description:
          'All tags of the job, in this order. One that differs from another in case or accents only is dropped',
        example: ['candidate', '2026'],
      }),
  })
  .openapi('JobEdit', {
    description: 'What to change; what is left out stays as it is',
  }) satisfies z.ZodType<types.Edit>

function eachOnce(tags: string[]): string[] {
  return tags.filter((tag, at) => tags.findIndex((other) => fold(other) === fold(tag)) === at)
}
