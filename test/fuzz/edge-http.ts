import fc from 'fast-check'
import { inherited, list, strings } from './edge-values.ts'

/** Paths, queries, headers and credentials as an attacker or a broken client sends them. */

/** A text encoded for an address: without braces, which mark references. */
const encoded = (text: string) => encodeURIComponent(text.toWellFormed())

/** Media types other than, or close to, `application/json`. */
export const mediaTypes = fc.constantFrom<string | null>(
  ...list('text/plain application/x-www-form-urlencoded application/jsonx text/json APPLICATION/JSON json */*'),
  ...list('application/merge-patch+json application/octet-stream application/json; application/problem+json'),
  ...['application/json; charset=utf-16', 'application/json, text/plain', 'application/json; charset="', null],
  'multipart/form-data; boundary=x',
)

/** Encoded path segments. Raw bytes beyond ASCII are left out, because workerd itself rejects them. */
export const segments: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(...list('%00 %0A %FF %ED%A0%80 % ..%2f.. __proto__ %2500'), 'x'.repeat(3_000)),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      ...inherited,
      ...list(`%0d%0aX-Injected:%201 %2e%2e %zz %C0%AF %25 %7Bid%7D * :id ' " | ;a=b @ ~ - .x %F0%9D%84%9E %EF%BB%BF`),
      ...['\\', '0', '-1', '1e1', '9'.repeat(15), '9'.repeat(16), 'a'.repeat(129)],
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 1 }).map(encoded) },
)

/** Header values. */
const headerText = fc.oneof(
  fc.constantFrom(...list(`* " "" , ,,, W/ ä 0 -1 1e309 1.0 999999999.999999999 0.0 1. .1 1.0.0 null gzip`)),
  fc.constantFrom(...list('1793520000000.3 text/csv;q=x https://evil.example cross-site same-origin bytes=0-1 DELETE')),
  fc.constantFrom('', ' ', '\t', '""", "', '\x80\xff', '__Host-stellwerk=a.b', 'x'.repeat(4_000), '"1-1"'.repeat(300)),
  fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)) }),
)

/** Headers that some layer may read, except for credentials and framing. */
export const headers: fc.Arbitrary<[name: string, value: string]> = fc.tuple(
  fc.constantFrom(
    ...list('If-Match If-None-Match Last-Event-ID Idempotency-Key Accept X-Request-Id Origin Sec-Fetch-Site __proto__'),
    ...list(
      'Accept-Encoding Accept-Language Content-Encoding Range If-Modified-Since X-HTTP-Method-Override Forwarded',
    ),
    ...list('X-Forwarded-For X-Forwarded-Proto Cf-Access-Jwt-Assertion Upgrade-Insecure-Requests Referer Pragma'),
  ),
  headerText.map((text) => text.replaceAll(/[{}]/g, '')),
)

/** Credentials that were never valid: tokens and cookies. */
export const credentials: fc.Arbitrary<[name: string, value: string]> = fc.oneof(
  fc
    .constantFrom(
      ...['', 'Bearer', 'Bearer ', 'Bearer x', 'bearer null', 'Bearer  two words', 'Bearer ä', "Bearer ' OR 1=1 --"],
      ...['Basic YWRtaW46YWRtaW4=', 'Digest a="b"', 'Bearer __proto__', 'x'.repeat(4_000)],
      ...[`Bearer stw_${'A'.repeat(43)}`, `Bearer stw_${'='.repeat(43)}`],
    )
    .map((value): [string, string] => ['Authorization', value]),
  fc
    .constantFrom(
      ...['', 'x', '%', '%00', '1.99999999999999', '1.99999999999999.', '"quoted"', 'a; __Host-stellwerk=b'],
      ...[`1.99999999999999.${'A'.repeat(43)}=`, `${'0'.repeat(64)}.1`, `..${'A'.repeat(43)}%3D`],
    )
    .map((value): [string, string] => ['Cookie', `__Host-stellwerk=${value}`]),
  fc.constant<[string, string]>(['Cookie', 'stellwerk=1.99999999999999; __proto__=x']),
)

/** Encoded query pairs, with one of these names or any other. */
export function pairs(names: readonly string[]): fc.Arbitrary<string> {
  const others = [...inherited, ...list('%00 % limit[] limit.x LIMIT %6cimit'), '']
  const name = fc.oneof(fc.constantFrom(...names, 'limit', 'x'), fc.constantFrom(...others))
  const value = fc.oneof(
    fc.constantFrom(...list('%00 % %FF %ED%A0%80 + %2B1 1e2 0x10 -1 1.0 %20 007 NaN true null [] __proto__'), ''),
    fc.constantFrom(...list("NDI NDI= %3D%3D%3D .... LTE MA w6Q ../x %22 ' 1;limit=2 1%26limit%3D2 999999999999999")),
    fc.constantFrom('9'.repeat(16), 'x'.repeat(2_000)),
    strings.map((text) => encoded(text).slice(0, 3_000)),
  )
  const whole = list('& = == limit ? #x limit=1&limit=2 __proto__=1&__proto__=2 constructor=1&constructor=2')
  return fc.oneof(
    { weight: 6, arbitrary: fc.tuple(name, value).map(([key, one]) => `${key}=${one}`) },
    { weight: 1, arbitrary: fc.constantFrom(...whole) },
  )
}

/**
 * Another spelling of the path: a letter escaped, escaped twice or in upper case, extra slashes or dots. To a router some
 * of these are the same path, and some match no route.
 */
export function respelt(path: string, at: number): string {
  const letters = [...path.matchAll(/(?<!\{\w*)[a-z]/g)].map(({ index }) => index)
  const index = letters[at % letters.length] ?? 1
  const [before, letter = '', after] = [path.slice(0, index), path[index], path.slice(index + 1)]
  const code = letter.charCodeAt(0).toString(16)
  const spellings = [
    ...[`${before}%${code}${after}`, `${before}%25${code}${after}`, before + letter.toUpperCase() + after],
    ...[`${path}/`, `/${path}`, `${path}%20`, `${path};x=1`, path.replace('/', '/./'), path.replace('/', '/x/../')],
    path.replace(/(?<!^)\//g, '\\'),
  ]
  return spellings[at % spellings.length] ?? path
}
