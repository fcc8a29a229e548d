import { z } from '@hono/zod-openapi'
import { NAME_MARKS_MAX } from '../platform/limits.ts'
import { type NameError, nameErrorIn, namePattern, tidyName } from '../platform/name.ts'

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
    .openapi({
      ...{ type: 'string', minLength: 1, maxLength: lengthMax, pattern: namePattern() },
      ...{ example, description: `${description}. ${rules}` },
    })

const messages: Record<NameError, (lengthMax: number) => string> = {
  empty: () => 'Must not be empty',
  too_long: (lengthMax) => `Must have at most ${lengthMax} characters`,
  unseen: () => 'Must not contain control characters or invisible characters',
  marks: () => `Combining marks must follow a character, at most ${NAME_MARKS_MAX} per character`,
}

const rules =
  'Normalized to NFC with single spaces; must not be empty or contain control or invisible characters, and has ' +
  `at most ${NAME_MARKS_MAX} combining marks per character. Its length is counted in code points`
