import { ECHOED_NAME_LENGTH_MAX } from '../platform/limits.ts'
import { withoutTokens } from '../platform/token-pattern.ts'

/** A name from a request as an error may repeat it: short, well-formed for every JSON parser, and no token. */
export const echoedName = (name: string): string =>
  [...withoutTokens(name)].slice(0, ECHOED_NAME_LENGTH_MAX).join('').toWellFormed()
