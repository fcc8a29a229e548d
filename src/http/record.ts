import { z } from '@hono/zod-openapi'

/** The one name that zod leaves out of a record without a word. */
const LOST_NAME = '__proto__'

/**
 * A record of texts by name, as `z.record`, but which rejects the name `__proto__` instead of losing it.
 *
 * @param names what names may be · @param values what values may be
 */
export function textRecord(names: z.ZodString, values: z.ZodString) {
  const record = z.record(names, values)
  return z.preprocess<unknown, typeof record, Record<string, string>>((input, context) => {
    if (typeof input === 'object' && input !== null && Object.hasOwn(input, LOST_NAME)) {
      context.addIssue({ code: 'custom', path: [LOST_NAME], message: `A name must not be ${LOST_NAME}` })
    }
    return input
  }, record)
}
