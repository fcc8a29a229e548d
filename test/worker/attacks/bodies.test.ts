import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { JSON_ARRAY_MAX, JSON_DEPTH_MAX } from '../../../src/limits.ts'
import { cancelAll } from '../api.ts'
import { closed } from './closed.ts'
import { contentsOfD1 } from './contents.ts'
import { bodyOf, bodyRoutes } from './routes.ts'
import { expectRefusal, limitOf, sendTo, withMore } from './sending.ts'

let vars: Disposable
beforeAll(() => {
  vars = closed({ MAX_ACTIVE_JOBS: '100' })
})
afterEach(async () => {
  expect(({} as Record<string, unknown>).polluted).toBeUndefined()
})
afterAll(async () => {
  vars[Symbol.dispose]()
  await cancelAll()
})

describe.each(bodyRoutes)('%s', (route) => {
  let before: unknown
  beforeEach(async () => {
    before = await contentsOfD1()
  })
  afterEach(async () => {
    expect(await contentsOfD1()).toEqual(before)
  })

  test.each(['[', '{"a":', '[{"a":', '{"a":['])('JSON that is 10,000 levels deep is 422 at once: %s…', async (open) => {
    const close = { '[': ']', '{"a":': '}', '[{"a":': '}]', '{"a":[': ']}' }[open] ?? ''
    const levels = 10_000
    for (const body of [
      open.repeat(levels) + 1 + close.repeat(levels),
      withMore(route, `"x":${open.repeat(levels)}`),
    ]) {
      const startedMs = Date.now()
      const problem = await expectRefusal(sendTo(route, body.slice(0, limitOf(route) - 1)), 422, open)
      expect(problem.errors?.[0]?.type).toBe('too_deep')
      expect(Date.now() - startedMs).toBeLessThan(2_000)
    }
  })

  test('so many levels are allowed, and one more is not', async () => {
    const nested = (levels: number) => withMore(route, `"x":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}`)
    const problem = await expectRefusal(sendTo(route, nested(JSON_DEPTH_MAX + 1)), 422, 'too deep')
    expect(problem.errors?.[0]?.type).toBe('too_deep')
  })

  test.each([
    'Application/JSON',
    'APPLICATION/JSON; charset=UTF-8',
    'application/json;charset=utf-8',
    'application/vnd.api+json',
    'application/Vnd.API+Json',
  ])('no spelling of the type leads past this: %s', async (type) => {
    const deep = withMore(route, `"x":${'['.repeat(10_000)}${']'.repeat(10_000)}`)
    const twice = withMore(route, '"x":1,"x":2')
    for (const [body, flaw] of [
      [deep, 'too_deep'],
      [twice, 'duplicate_key'],
    ] as const) {
      const problem = await expectRefusal(sendTo(route, body, type), 422, flaw)
      expect(problem.errors?.[0]?.type).toBe(flaw)
    }
  })

  test.each(['0', '[]', '{}', '""', 'null'])(
    'an array of 1,001 elements that nobody asked for is 422: %s',
    async (element) => {
      const array = (length: number) => `[${Array(length).fill(element).join()}]`
      for (const body of [array(JSON_ARRAY_MAX + 1), withMore(route, `"x":{"y":${array(JSON_ARRAY_MAX + 1)}}`)]) {
        const problem = await expectRefusal(sendTo(route, body), 422, element)
        expect(problem.errors?.[0]?.type).toBe('too_big')
      }
    },
  )

  test.each([
    ['"x":1,"x":1', ['x']],
    ['"x":1,"\\u0078":2', ['x']],
    ['"x":{"y":1,"y":2}', ['x', 'y']],
    ['"x":[0,{"y":1,"y":2}]', ['x', 1, 'y']],
    ['"__proto__":1,"__proto__":2', ['__proto__']],
    ['"":1,"":2', ['']],
  ])('a key twice is 422 with its place: {%s}', async (more, place) => {
    const problem = await expectRefusal(sendTo(route, withMore(route, more)), 422, more)
    expect(problem.errors).toEqual([{ loc: ['body', ...place], msg: 'This key is here twice', type: 'duplicate_key' }])
  })

  test('each field of the schema is refused when it is there twice', async () => {
    const good = bodyOf(route) as Record<string, unknown>
    for (const [key, value] of Object.entries(good)) {
      const problem = await expectRefusal(sendTo(route, withMore(route, `"${key}":${JSON.stringify(value)}`)), 422, key)
      expect(problem.errors?.[0]).toMatchObject({ loc: ['body', key], type: 'duplicate_key' })
    }
  })

  test('a body that is too large is 413, whether it says so, or comes in pieces and does not', async () => {
    const large = withMore(route, `"x":"${'x'.repeat(limitOf(route))}"`)
    await expectRefusal(sendTo(route, large), 413, 'declared')
    await expectRefusal(sendTo(route, inPieces(large)), 413, 'in pieces')
    await expectRefusal(sendTo(route, inPieces('['.repeat(limitOf(route) + 1))), 413, 'not even JSON')
  })
})

/** A body whose length nobody knows before its end. */
function inPieces(text: string): ReadableStream {
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
