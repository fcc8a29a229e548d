import { askWith } from './closed.ts'

export const cookieName = '__Host-stellwerk'

/** A cookie from `Set-Cookie`: its value, and its attributes by lower-case name. */
export function parseSetCookie(header: string | null) {
  const [pair = '', ...rest] = (header ?? '').split('; ')
  const [name = '', ...value] = pair.split('=')
  const attributes = rest.map((attribute) => attribute.split('='))
  return {
    name,
    value: value.join('='),
    attributes: Object.fromEntries(attributes.map(([key = '', of = true]) => [key.toLowerCase(), of])),
  }
}

/** Signs in. @returns the header that a browser would send from then on */
export async function signIn(token: string): Promise<{ Cookie: string }> {
  const response = await askWith('POST', '/session', { token })
  if (response.status !== 200) throw new Error(`No session: ${await response.text()}`)
  const { name, value } = parseSetCookie(response.headers.get('set-cookie'))
  return { Cookie: `${name}=${value}` }
}

/** The value of a session cookie, and its signature. */
export function partsOf({ Cookie }: { Cookie: string }) {
  const value = decodeURIComponent(Cookie.slice(Cookie.indexOf('=') + 1))
  const at = value.lastIndexOf('.')
  return { says: value.slice(0, at), signature: value.slice(at + 1) }
}

/** A cookie with this value and signature. */
export const cookieOf = (says: string, signature: string, name = cookieName) => ({
  Cookie: `${name}=${encodeURIComponent(`${says}.${signature}`)}`,
})

/** HMAC-SHA-256 in base64, the signature of sessions. */
export async function signatureOf(says: string, secret: string): Promise<string> {
  const bytes = new TextEncoder().encode(secret)
  const key = await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  const signature = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(says))
  return btoa(String.fromCharCode(...new Uint8Array(signature)))
}
