import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { closed } from './closed.ts'
import { contentsOfD1 } from './d1-contents.ts'
import { chunked, notUtf8, utf16, withBytes } from './edge-bodies.ts'
import { bodyRoutes } from './routes.ts'
import { expectRefusal, sendTo, withMore } from './send-body.ts'

let vars: Disposable
let before: unknown
beforeAll(() => {
  vars = closed()
})
beforeEach(async () => {
  before = await contentsOfD1()
})
afterEach(async () => {
  expect(await contentsOfD1()).toEqual(before)
})
afterAll(() => vars[Symbol.dispose]())

describe.each(bodyRoutes)('%s', (route) => {
  const flawsOf = async (body: string, what: string, type?: string) =>
    (await expectRefusal(sendTo(route, body, type), 422, what)).errors?.map((error) => error.type)

  test.each(notUtf8)('a text that is not UTF-8, but %s, is 400 and says so', async (what, bytes) => {
    const body = withBytes(withMore(route, '"x":"Pr~fung"'), '~', bytes)
    for (const sent of [body, chunked(body, 7), chunked(body, 1)]) {
      const problem = await expectRefusal(sendTo(route, sent), 400, what)
      expect(problem).toMatchObject({
        type: 'urn:stellwerk:problem:not-utf8',
        detail: expect.stringContaining('UTF-8'),
      })
    }
  })

  test('UTF-16 is 400, with and without a byte order mark', async () => {
    await expectRefusal(sendTo(route, utf16), 400, 'with a mark')
    await expectRefusal(sendTo(route, utf16.slice(2)), 400, 'without')
  })

  test('a byte order mark before UTF-8 is not part of the text, and a charset changes nothing', async () => {
    expect(await flawsOf('\ufeff{}', 'mark')).toContain('missing')
    expect(await flawsOf('{}', 'charset', 'application/json; charset=utf-7')).toContain('missing')
  })

  test.each(['gzip', 'br', 'GZIP', 'deflate', 'gzip, identity', 'x'])(
    'a body compressed with %s is 415, unread',
    async (coding) => {
      const packed = { 'Content-Encoding': coding }
      expect((await expectRefusal(sendTo(route, '{}', undefined, packed), 415, coding)).detail).toContain('Encoding')
    },
  )

  test('identity is no coding', async () => {
    const plain = { 'Content-Encoding': 'identity' }
    await expectRefusal(sendTo(route, '{}', undefined, plain), 422, 'identity')
  })
})
