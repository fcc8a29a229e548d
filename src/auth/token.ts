import { encodeBase64Url } from 'hono/utils/encode'
import { TOKEN_PATTERN, TOKEN_PREFIX } from '../platform/token-pattern.ts'

const whole = new RegExp(`^${TOKEN_PATTERN}$`)

/** A new API token: 256 random bits, which cannot be guessed. */
export const newToken = (): string =>
  TOKEN_PREFIX + encodeBase64Url(crypto.getRandomValues(new Uint8Array(32)).buffer).replaceAll('=', '')

/** Whether a text has the format of an API token; if not, there is no need to look it up. */
export const isToken = (text: string): boolean => whole.test(text)
