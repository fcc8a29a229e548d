import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { closed } from './closed.ts'
import { contentsOfD1 } from './contents.ts'
import { bodyOf, bodyRoutes } from './routes.ts'
import { expectRefusal, sendTo } from './sending.ts'

let vars: Disposable
let before: unknown
beforeAll(async () => {
  vars = closed()
  before = await contentsOfD1()
})
afterEach(async () => {
  expect(await contentsOfD1()).toEqual(before)
})
afterAll(() => vars[Symbol.dispose]())

describe.each(bodyRoutes)('%s', (route) => {
  test.each(['text/plain', 'text/json', 'text/plain; application/json', 'application/xml'])(
    'a body that is declared as %s is 415',
    async (type) => {
      await expectRefusal(sendTo(route, JSON.stringify(bodyOf(route)), type), 415, type)
    },
  )

  test('a body that is not declared is 415', async () => {
    await expectRefusal(sendTo(route, new TextEncoder().encode(JSON.stringify(bodyOf(route))), null), 415, 'undeclared')
  })

  test.each([
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
  ])('what is not JSON is 400: %s', async (what, body) => {
    await expectRefusal(sendTo(route, body), 400, what)
  })

  test.each([
    ['null', 'null'],
    ['a number', '1'],
    ['a text', '"x"'],
    ['an array', '[]'],
    ['an empty object', '{}'],
    ['a number beyond all', '1e999'],
  ])('JSON of another kind is 422: %s', async (what, body) => {
    await expectRefusal(sendTo(route, body), 422, what)
  })

  test('bytes that are not UTF-8 are refused, or read as what they are not', async () => {
    for (const bytes of [
      [0xff, 0xfe],
      [0xc0, 0x80],
      [0xed, 0xa0, 0x80],
      [0xf8, 0x88, 0x80, 0x80, 0x80],
    ]) {
      const body = new Uint8Array([...new TextEncoder().encode('{"x":"'), ...bytes, ...new TextEncoder().encode('"}')])
      await expectRefusal(sendTo(route, body), [400, 422], bytes.join())
    }
    const utf16 = new Uint8Array([0xff, 0xfe, ...[...'{}'].flatMap((letter) => [letter.charCodeAt(0), 0])])
    await expectRefusal(sendTo(route, utf16), 400, 'UTF-16')
  })

  test('a charset, a BOM or a content coding does not lead past the schema', async () => {
    await expectRefusal(sendTo(route, '{}', 'application/json; charset=utf-7'), 422, 'charset')
    await expectRefusal(sendTo(route, '\ufeff{}'), [400, 422], 'BOM')
    await expectRefusal(
      sendTo(route, '{}', 'application/json', { 'Content-Encoding': 'gzip' }),
      [400, 415, 422],
      'gzip',
    )
    await expectRefusal(sendTo(route, JSON.stringify({ x: bodyOf(route) })), 422, 'wrapped')
  })
})

// One route stands for all: of each such body the runtime says in its log that it is no text.
test.each([
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/jsonp',
  'application/json, text/plain',
])('a body that is declared as %s is 415, too', async (type) => {
  await expectRefusal(sendTo('POST /session', '{"token":"x"}', type), 415, type)
})
