import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { JSON_ARRAY_MAX, JSON_DEPTH_MAX } from '../../../src/platform/limits.ts'
import { cancelAll } from '../api.ts'
import { closed } from './closed.ts'
import { contentsOfD1 } from './d1-contents.ts'
import { chunked, jsonTypes, notJson, otherJson, otherTypes } from './edge-bodies.ts'
import { bodyOf, bodyRoutes } from './routes.ts'
import { expectRefusal, limitOf, sendTo, withMore } from './send-body.ts'

let vars: Disposable
let before: unknown
beforeAll(() => {
  vars = closed({ MAX_ACTIVE_JOBS: '100' })
})
beforeEach(async () => {
  before = await contentsOfD1()
})
afterEach(async () => {
  expect(await contentsOfD1()).toEqual(before)
})
afterAll(async () => {
  vars[Symbol.dispose]()
  await cancelAll()
})

const nested = (open: string, close: string, levels: number) => open.repeat(levels) + 1 + close.repeat(levels)

describe.each(bodyRoutes)('%s', (route) => {
  const good = () => JSON.stringify(bodyOf(route))

  /** Sends a body with an invalid structure. @returns its errors */
  async function flawOf(body: string, what: string, type?: string) {
    const { errors } = await expectRefusal(sendTo(route, body, type), 422, what)
    return errors?.[0]
  }

  test('JSON that is 10,000 levels deep is 422 at once', async () => {
    for (const [open, close] of [
      ['[', ']'],
      ['{"a":', '}'],
      ['[{"a":', '}]'],
      ['{"a":[', ']}'],
    ] as const) {
      const deep = nested(open, close, 10_000).slice(0, limitOf(route) - 1)
      expect(await flawOf(deep, open), open).toMatchObject({ type: 'too_deep' })
      const inside = withMore(route, `"x":${nested(open, close, 5_000)}`)
      expect(await flawOf(inside, open), open).toMatchObject({ type: 'too_deep' })
    }
  })

  test('the maximum nesting is accepted, and one more level is not', async () => {
    const levels = (count: number) => `{"x":${nested('[', ']', count - 1)}}`
    expect((await flawOf(levels(JSON_DEPTH_MAX + 1), 'one more'))?.type).toBe('too_deep')
    expect((await flawOf(levels(JSON_DEPTH_MAX), 'so many'))?.type).toBe('missing')
  })

  test('an array of 1,001 elements in an unknown field is 422', async () => {
    for (const element of ['0', '[]', '{}', '""', 'null']) {
      const array = `[${Array(JSON_ARRAY_MAX + 1)
        .fill(element)
        .join()}]`
      expect(await flawOf(array, element), element).toMatchObject({ type: 'too_big' })
      expect(await flawOf(withMore(route, `"x":{"y":${array}}`), element), element).toMatchObject({ type: 'too_big' })
    }
  })

  test.each([
    ['"x":1,"x":1', ['x']],
    ['"x":1,"\\u0078":2', ['x']],
    ['"x":{"y":1,"y":2}', ['x', 'y']],
    ['"x":[0,{"y":1,"y":2}]', ['x', 1, 'y']],
    ['"__proto__":1,"__proto__":2', ['__proto__']],
    ['"":1,"":2', ['']],
  ])('a duplicate key is 422 with its location: {%s}', async (more, place) => {
    const flaw = { loc: ['body', ...place], msg: 'Duplicate key', type: 'duplicate_key' }
    expect(await flawOf(withMore(route, more), more)).toEqual(flaw)
  })

  test('each field of the schema is rejected when it is duplicated', async () => {
    for (const [key, value] of Object.entries(bodyOf(route) as object)) {
      const twice = withMore(route, `"${key}":${JSON.stringify(value)}`)
      expect(await flawOf(twice, key)).toMatchObject({ loc: ['body', key], type: 'duplicate_key' })
    }
  })

  test.each(jsonTypes)('no spelling of the media type bypasses this: %s', async (type) => {
    const deep = withMore(route, `"x":${nested('[', ']', 10_000)}`)
    expect((await flawOf(deep, type, type))?.type).toBe('too_deep')
    expect((await flawOf(withMore(route, '"x":1,"x":2'), type, type))?.type).toBe('duplicate_key')
  })

  test('a body that is too large is 413, with a declared length or chunked', async () => {
    const large = withMore(route, `"x":"${'x'.repeat(limitOf(route))}"`)
    await expectRefusal(sendTo(route, large), 413, 'declared')
    await expectRefusal(sendTo(route, chunked(large)), 413, 'in pieces')
    await expectRefusal(sendTo(route, chunked('['.repeat(limitOf(route) + 1))), 413, 'not even JSON')
  })

  test('a body that is declared as something else, or not at all, is 415', async () => {
    for (const type of otherTypes) await expectRefusal(sendTo(route, good(), type), 415, type)
    await expectRefusal(sendTo(route, new TextEncoder().encode(good()), null), 415, 'undeclared')
  })

  test('a body that is not JSON is 400, and JSON of another shape 422', async () => {
    for (const [what, body] of notJson) await expectRefusal(sendTo(route, body), 400, what)
    for (const body of otherJson) await expectRefusal(sendTo(route, body), 422, body)
    await expectRefusal(sendTo(route, JSON.stringify({ x: bodyOf(route) })), 422, 'wrapped')
  })
})
