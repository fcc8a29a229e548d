import { SOURCE_URL_LENGTH_MAX } from './limits.ts'

/**
 * Characters that RFC 3986 has nowhere but in an escape, and a `%` that begins none. Parsers of browsers (WHATWG URL)
 * leave `| ^ { } [ ]`, a second `#` and such a `%` as they are. Brackets belong around an IPv6 host alone.
 */
const alien = /[^\w\-.~:/?@!$&'()*+,;=%]|%(?![\da-f]{2})/gi
const alienInAuthority = /[^\w\-.~:/?@!$&'()*+,;=%[\]]|%(?![\da-f]{2})/gi

/**
 * An http or https address as a URI that leads to the same place: parsed, ASCII, escaped wherever RFC 3986 asks for it,
 * without what a parser would silently drop. Given its own result it returns that.
 * @returns `null` when it is none, names a user, or longer than SOURCE_URL_LENGTH_MAX before or after
 */
export function webAddress(text: string): string | null {
  const url = text.length <= SOURCE_URL_LENGTH_MAX ? URL.parse(text) : null
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') return null
  // A name before the host is there to be taken for it.
  if (url.username !== '' || url.password !== '') return null
  const [, authority = '', rest = '', hash = '', fragment = ''] =
    /^(\w+:\/\/[^/?#]*)([^#]*)(#?)(.*)$/.exec(url.href) ?? []
  const escaped = [
    authority.replace(alienInAuthority, encodeURIComponent),
    rest.replace(alien, encodeURIComponent),
    hash,
    fragment.replace(alien, encodeURIComponent),
  ].join('')
  return escaped.length <= SOURCE_URL_LENGTH_MAX ? escaped : null
}
