import { SOURCE_URL_LENGTH_MAX } from './limits.ts'

/**
 * Characters that RFC 3986 allows only percent-encoded, and a `%` without two hex digits. WHATWG URL parsers leave
 * `| ^ { } [ ]`, a second `#` and such a `%` unchanged. Brackets are allowed only around an IPv6 host.
 */
const notAllowed = /[^\w\-.~:/?@!$&'()*+,;=%]|%(?![\da-f]{2})/gi
const notAllowedInAuthority = /[^\w\-.~:/?@!$&'()*+,;=%[\]]|%(?![\da-f]{2})/gi

/**
 * The URI of an http or https address: parsed, ASCII, percent-encoded wherever RFC 3986 requires it, without the
 * characters that parsers drop silently. Idempotent.
 * @returns `null` when it is not such an address, names a user, or exceeds SOURCE_URL_LENGTH_MAX before or after
 */
export function webAddress(text: string): string | null {
  const url = text.length <= SOURCE_URL_LENGTH_MAX ? URL.parse(text) : null
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') return null
  // A user name is a phishing trick: it can look like the host.
  if (url.username !== '' || url.password !== '') return null
  const [, authority = '', rest = '', hash = '', fragment = ''] =
    /^(\w+:\/\/[^/?#]*)([^#]*)(#?)(.*)$/.exec(url.href) ?? []
  const escaped = [
    authority.replace(notAllowedInAuthority, encodeURIComponent),
    rest.replace(notAllowed, encodeURIComponent),
    hash,
    fragment.replace(notAllowed, encodeURIComponent),
  ].join('')
  return escaped.length <= SOURCE_URL_LENGTH_MAX ? escaped : null
}
