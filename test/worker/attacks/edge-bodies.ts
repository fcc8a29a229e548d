/** Media types with which no body is read. */
export const otherTypes = [
  'text/plain',
  'text/json',
  'text/plain; application/json',
  'application/xml',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/jsonp',
  'application/json, text/plain',
  '*/*',
]

/** Other media types that are JSON. */
export const jsonTypes = [
  'Application/JSON',
  'APPLICATION/JSON; charset=UTF-8',
  'application/json;charset=utf-8',
  'application/vnd.api+json',
  'application/Vnd.API+Json',
]

/** Bodies that are not JSON, although some parsers accept them. */
export const notJson: [what: string, body: string][] = [
  ['nothing', ''],
  ['blanks', ' \n '],
  ['a text', 'job'],
  ['half an object', '{"name":'],
  ['an object and more', '{} {}'],
  ['a comment', '{/* */}'],
  ['a comma too many', '{"x":1,}'],
  ['single quotes', "{'x':1}"],
  ['a bare key', '{x:1}'],
  ['NaN', '{"x":NaN}'],
  ['a hexadecimal number', '{"x":0x10}'],
  ['a NUL', '{"x":\0}'],
  ['a raw line break in a text', '{"x":"\n"}'],
  ['a broken escape', '{"x":"\\u12"}'],
  ['HTML', '<script>alert(1)</script>'],
  ['a zip', 'PK\u0003\u0004'],
]

/** JSON that is not an object, or an object without the required fields. */
export const otherJson = ['null', '1', '"x"', '[]', '{}', '1e999', 'true']

const ascii = (text: string) => [...new TextEncoder().encode(text)]

/** Texts of bytes that are not UTF-8. */
export const notUtf8: [what: string, bytes: number[]][] = [
  ['Latin-1', [0xfc]],
  ['Windows-1252', [0x80, 0x96]],
  ['stray bytes', [0xff, 0xfe]],
  ['an overlong NUL', [0xc0, 0x80]],
  ['a surrogate', [0xed, 0xa0, 0x80]],
  ['five bytes for one character', [0xf8, 0x88, 0x80, 0x80, 0x80]],
  ['half a character', [0xc3]],
]

/** JSON in which these bytes replace a mark in one of its texts. */
export function withBytes(json: string, mark: string, bytes: number[]): Uint8Array {
  const [before = '', after = ''] = json.split(mark)
  return new Uint8Array([...ascii(before), ...bytes, ...ascii(after)])
}

export const utf16 = new Uint8Array([0xff, 0xfe, ...ascii('{}').flatMap((byte) => [byte, 0])])

/** A body of undeclared length, in chunks of `size` bytes. */
export function chunked(text: string | Uint8Array, size = 16_384): ReadableStream {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text
  let at = 0
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close()
      controller.enqueue(bytes.slice(at, at + size))
      at += size
    },
  })
}
