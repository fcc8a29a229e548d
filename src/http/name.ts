import { z } from '@hono/zod-openapi'
import { NAME_MARKS_MAX } from '../platform/limits.ts'
import { type NameFlaw, nameFlaw, tidyName } from '../platform/name.ts'

/** What OpenAPI says of a name. */
type Words = { example: string; description: string }

/** A name that people read: of a job, a document or a token. It is tidied, and then looked at (src/name.ts). */
export const nameOf = (lengthMax: number, { example, description }: Words) =>
  z
    .string()
    .overwrite(tidyName)
    .superRefine((name, ctx) => {
      const flaw = nameFlaw(name, lengthMax)
      if (flaw !== null) ctx.addIssue({ code: 'custom', message: sentences[flaw](lengthMax) })
    })
    .openapi({ type: 'string', minLength: 1, maxLength: lengthMax, example, description: `${description}. ${rules}` })

const sentences: Record<NameFlaw, (lengthMax: number) => string> = {
  empty: () => 'Expected at least one character that can be seen',
  too_long: (lengthMax) => `Expected at most ${lengthMax} characters`,
  unseen: () => 'Expected a name without control characters, nor invisible ones',
  marks: () => `Expected marks on a character alone, and at most ${NAME_MARKS_MAX} of them`,
}

const rules =
  'Composed (NFC), blanks made single spaces; with something to be seen, without control or invisible characters, and ' +
  `with at most ${NAME_MARKS_MAX} combining marks on a character. Its length is counted in code points`
