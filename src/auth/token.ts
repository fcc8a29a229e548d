import { TOKEN_PATTERN, TOKEN_PREFIX } from '../platform/token-pattern.ts'
import { newSecret } from './secret.ts'

const whole = new RegExp(`^${TOKEN_PATTERN}$`)

/** A new API token. */
export const newToken = (): string => TOKEN_PREFIX + newSecret()

/** Whether a text has the format of an API token; if not, there is no need to look it up. */
export const isToken = (text: string): boolean => whole.test(text)
