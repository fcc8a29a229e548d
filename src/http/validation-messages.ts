import { z } from '@hono/zod-openapi'

/** The message for a field that is missing. */
export const FIELD_REQUIRED = 'Field required'

/** Replaces zod's own sentences, which name its types. A schema's own message takes precedence. */
z.config({ customError: messageFor })

/** What is wrong with a value, as a sentence that says what it must be. */
function messageFor(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? FIELD_REQUIRED : `Must be ${kinds[issue.expected] ?? issue.expected}`
    case 'invalid_value':
      return `Must be ${choiceOf(issue.values.map(String))}`
    case 'too_big':
      return sized(issue.origin, `${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}`)
    case 'too_small':
      return sized(issue.origin, `${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}`)
    case 'invalid_format':
      return `Must be ${formats[issue.format] ?? 'in the documented format'}`
    default:
      return 'Not valid'
  }
}

const kinds: Record<string, string> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'an array',
  object: 'an object',
}

const formats: Record<string, string> = { datetime: 'a date and time with a time zone, such as 2026-11-01T08:00:00Z' }

const choiceOf = (values: string[]): string => (values.length > 2 ? `one of ${values.join(', ')}` : values.join(' or '))

const units: Record<string, [one: string, other: string]> = {
  string: ['character', 'characters'],
  array: ['entry', 'entries'],
}

/** A bound of a value, or of how much is in it. */
function sized(origin: string, bound: string): string {
  const unit = units[origin]
  return unit === undefined ? `Must be ${bound}` : `Must have ${bound} ${unit[bound.endsWith(' 1') ? 0 : 1]}`
}
