import { z } from '@hono/zod-openapi'
import { ECHOED_VALUE_LENGTH_MAX } from '../platform/limits.ts'
import { bundeslandCodes, codeOf } from '../shared/bundeslaender.ts'

/** The value in quotes, truncated and escaped, so that an error can repeat it whatever it contains. */
function quote(text: string): string {
  const start = [...text].slice(0, ECHOED_VALUE_LENGTH_MAX).join('')
  return JSON.stringify(start === text ? text : `${start}…`)
}

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
  .openapi({
    type: 'string',
    enum: bundeslandCodes,
    example: 'BY',
    description: 'ISO 3166-2:DE code. Lower case, `DE-BY` and the German or English name are accepted, too',
  })
