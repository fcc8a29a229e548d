import { encodeBase64Url } from 'hono/utils/encode'
import { sha256 } from '../platform/sha256.ts'
import { TOKEN_PATTERN, TOKEN_PREFIX } from '../platform/token-pattern.ts'

const whole = new RegExp(`^${TOKEN_PATTERN}$`)

/** A new API token: 256 random bits, which cannot be guessed. */
export const newToken = (): string =>
  TOKEN_PREFIX + encodeBase64Url(crypto.getRandomValues(new Uint8Array(32)).buffer).replaceAll('=', '')

/** Whether a text has the format of an API token; if not, there is no need to look it up. */
export const isToken = (text: string): boolean => whole.test(text)

/** SHA-256 in hex, the form in which a token is stored. For 256 random bits a plain hash is enough. */
export const hashOf = sha256
