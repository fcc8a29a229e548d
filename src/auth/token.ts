import { encodeBase64Url } from 'hono/utils/encode'
import { TOKEN_PATTERN, TOKEN_PREFIX } from '../platform/token-pattern.ts'

const whole = new RegExp(`^${TOKEN_PATTERN}$`)

/** A new API token: 256 random bits, which cannot be guessed. */
export const newToken = (): string =>
  TOKEN_PREFIX + encodeBase64Url(crypto.getRandomValues(new Uint8Array(32)).buffer).replaceAll('=', '')

/** Whether a text has the format of an API token; if not, there is no need to look it up. */
export const isToken = (text: string): boolean => whole.test(text)

/** SHA-256 in hex, the form in which a token is stored. For 256 random bits a plain hash is enough. */
export async function hashOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
