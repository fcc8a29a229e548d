import { encodeBase64Url } from 'hono/utils/encode'

/** How every API token begins, so that one that has leaked is recognized. */
const prefix = 'stw_'
const pattern = `${prefix}[A-Za-z0-9_-]{43}`
const whole = new RegExp(`^${pattern}$`)
const anywhere = new RegExp(pattern, 'g')

/** A new API token: 256 random bits, which nobody guesses. */
export const newToken = (): string =>
  prefix + encodeBase64Url(crypto.getRandomValues(new Uint8Array(32)).buffer).replaceAll('=', '')

/** Whether a text could be an API token: what could not need not be looked for. */
export const isToken = (text: string): boolean => whole.test(text)

/** A text without the API tokens in it: somebody may put one into an address, which is logged and told in errors. */
export const withoutTokens = (text: string): string => text.replaceAll(anywhere, `${prefix}…`)

/** SHA-256 in hex: as what a token is kept. Of 256 random bits a plain hash is enough. */
export async function hashOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
