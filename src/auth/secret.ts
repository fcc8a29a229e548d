import { encodeBase64Url } from 'hono/utils/encode'

/** The secret part of a token: 256 random bits in base64url, which cannot be guessed. */
export const newSecret = (): string =>
  encodeBase64Url(crypto.getRandomValues(new Uint8Array(32)).buffer).replaceAll('=', '')
