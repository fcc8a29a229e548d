/** Types under which a body is not read, whatever it is. */
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

/** JSON by another name, which is JSON all the same. */
export const jsonTypes = [
  'Application/JSON',
  'APPLICATION/JSON; charset=UTF-8',
  'application/json;charset=utf-8',
  'application/vnd.api+json',
  'application/Vnd.API+Json',
]

/** What is not JSON, though some readers take it for that. */
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

/** JSON that is no object, or one without anything that is asked for. */
export const otherJson = ['null', '1', '"x"', '[]', '{}', '1e999', 'true']

const ascii = (text: string) => [...new TextEncoder().encode(text)]

/** Texts of bytes that are not UTF-8: stray ones, an overlong NUL, a surrogate, five bytes for one character. */
export const notUtf8 = [
  [0xff, 0xfe],
  [0xc0, 0x80],
  [0xed, 0xa0, 0x80],
  [0xf8, 0x88, 0x80, 0x80, 0x80],
].map((bytes) => new Uint8Array([...ascii('{"x":"'), ...bytes, ...ascii('"}')]))

export const utf16 = new Uint8Array([0xff, 0xfe, ...ascii('{}').flatMap((byte) => [byte, 0])])

/** A body whose length nobody knows before its end. */
export function inPieces(text: string): ReadableStream {
  const bytes = new TextEncoder().encode(text)
  let at = 0
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close()
      controller.enqueue(bytes.slice(at, at + 16_384))
      at += 16_384
    },
  })
}
