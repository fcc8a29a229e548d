import type { z } from '@hono/zod-openapi'
import { echoedName } from './echo.ts'
import type { ValidationError } from './problem-document.ts'

/** The fields of a body that its schema does not declare, as errors or warnings. @param body an object */
export function unknownFields(body: unknown, schema: z.ZodObject): ValidationError[] {
  const known = Object.keys(schema.shape)
  return Object.keys(body as object)
    .filter((name) => !known.includes(name))
    .map((name) => unknownField(['body'], name, known))
}

/** An undeclared field of an object at `at`. @param known the declared fields; none: the message does not list them */
export const unknownField = (at: ValidationError['loc'], name: string, known: string[] = []): ValidationError => ({
  loc: [...at, echoedName(name)],
  msg: `Unknown field${known.length ? `; expected one of ${known.join(', ')}` : ''}`,
  type: 'unknown_field',
})
