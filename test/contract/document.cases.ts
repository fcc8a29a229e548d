import { expect, test } from 'vitest'
import { get, json } from './client.ts'
import { checkAnswer, checkEvent, document, fits } from './document.ts'

/** Every schema in the document, by its path. */
function* schemasIn(value: unknown, at = '#'): Generator<[string, Record<string, unknown>]> {
  if (typeof value !== 'object' || value === null) return
  if ('example' in value) yield [at, value as Record<string, unknown>]
  for (const [key, inner] of Object.entries(value)) if (key !== 'example') yield* schemasIn(inner, `${at}/${key}`)
}

test('every example in the document fits its schema', () => {
  const examples = [...schemasIn(document)]
  for (const [at, { example, schema, ...own }] of examples) fits(at, example, (schema ?? own) as typeof own)
  expect(examples.length).toBeGreaterThan(100)
})

test('an undescribed answer is detected', async () => {
  const { url } = await get('/status')
  const answering = (body: object, status: number, headers: HeadersInit = { 'X-Request-Id': 'x' }) =>
    checkAnswer('GET', new URL(url), Response.json(body, { status, headers }))
  await expect(answering({}, 418)).rejects.toThrow('418 is not described')
  await expect(answering({}, 200)).rejects.toThrow("must have required property 'is_training'")
  await expect(answering({}, 200, {})).rejects.toThrow('lacks X-Request-Id')
  const status = await json(get('/status'))
  await expect(answering(status, 200)).resolves.toBeUndefined()
  await expect(answering({ ...status, uptime: 1 }, 200)).rejects.toThrow('must NOT have additional properties')
  await expect(answering(status, 500)).rejects.toThrow('not described as application/json')
  expect(() => checkEvent(new URL('/nothing', url), {})).toThrow('not described as a stream')
})
