import { z } from '@hono/zod-openapi'
import { ECHOED_VALUE_LENGTH_MAX } from '../platform/limits.ts'
import { bundeslandCodes, codeOf } from '../shared/bundeslaender.ts'

/** The value in quotes, truncated and escaped, so that an error can repeat it whatever it contains. */
function quote(text: string): string {
  const start = [...text].slice(0, ECHOED_VALUE_LENGTH_MAX).join('')
  return JSON.stringify(start === text ? text : `${start}…`)
}

const name = {
  example: 'BY' as const,
  description:
    'ISO 3166-2:DE code. Requests may also have it in lower case, as `DE-BY`, or as the German or English name',
}

/** A Bundesland in answers: its upper-case code. */
export const BundeslandName = z.enum(bundeslandCodes).openapi('Bundesland', name)

/** A Bundesland as people write it, parsed to its upper-case code. The error for any other value repeats it. */
export const Bundesland = z
  .string()
  .transform((text, ctx) => {
    const code = codeOf(text)
    if (code) return code
    ctx.addIssue({
      code: 'custom',
      message: `Unknown Bundesland ${quote(text)}; expected one of ${bundeslandCodes.join(', ')}`,
    })
    return z.NEVER
  })
  .openapi('Bundesland', { type: 'string', enum: bundeslandCodes, ...name })
