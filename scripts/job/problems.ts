import type { Problem } from '../../src/client/index.ts'

type ValidationError = NonNullable<Problem['errors']>[number]

/** Flags that are not called as the field that they set. */
const flags: Record<string, string> = {
  bundeslaender: '--bundesland',
  mixed_precision: '--no-mixed-precision',
  params: '--param',
  grace_s: '--grace',
}

/** An error, with the flag that sets the value in place of the value's place in the request. */
export function errorText({ loc: [where, field, ...within], msg }: ValidationError): string {
  if ((where !== 'body' && where !== 'query') || typeof field !== 'string') return `${[where, field].join('.')}: ${msg}`
  const [at] = within
  const flag = flags[field] ?? `--${field.replaceAll('_', '-')}`
  const which = typeof at === 'number' ? ` (no. ${at + 1})` : field === 'params' && at ? ` ${at}` : ''
  return `${flag}${which}: ${msg}`
}

/** What a problem says, for the command line: each error by its flag, and the flag that would have helped. */
export function problemText({ detail, errors, type }: Problem): string {
  if (errors?.length) return errors.map(errorText).join('\n')
  return type.endsWith(':slot-taken') ? `${detail}; use --queue to wait for a free slot` : detail
}
