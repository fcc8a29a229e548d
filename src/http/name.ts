import { z } from '@hono/zod-openapi'
import { NAME_MARKS_MAX } from '../platform/limits.ts'
import { type NameError, nameErrorIn, tidyName } from '../platform/name.ts'

/** The OpenAPI metadata of a name. */
type Metadata = { example: string; description: string }

/** The display name of a job, document or token: normalized, then validated (platform/name.ts). */
export const nameSchema = (lengthMax: number, { example, description }: Metadata) =>
  z
    .string()
    .overwrite(tidyName)
    .superRefine((name, ctx) => {
      const error = nameErrorIn(name, lengthMax)
      if (error !== null) ctx.addIssue({ code: 'custom', message: messages[error](lengthMax) })
    })
    .openapi({ type: 'string', minLength: 1, maxLength: lengthMax, example, description: `${description}. ${rules}` })

const messages: Record<NameError, (lengthMax: number) => string> = {
  empty: () => 'Expected at least one character that can be seen',
  too_long: (lengthMax) => `Expected at most ${lengthMax} characters`,
  unseen: () => 'Expected a name without control characters, nor invisible ones',
  marks: () => `Expected marks on a character alone, and at most ${NAME_MARKS_MAX} of them`,
}

const rules =
  'Composed (NFC), blanks made single spaces; with something to be seen, without control or invisible characters, and ' +
  `with at most ${NAME_MARKS_MAX} combining marks on a character. Its length is counted in code points`
