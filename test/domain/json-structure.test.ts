import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isWellStructured } from '../../src/http/json-structure.ts'
import { JSON_ARRAY_MAX, JSON_DEPTH_MAX } from '../../src/platform/limits.ts'

test('any value within the bounds is well structured, however its text is spaced and escaped', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 8 }), fc.constantFrom(0, 1, '\t', '\r\n'), (value, indent) => {
      const text = JSON.stringify(value, null, indent)
      expect(isWellStructured(text)).toBe(true)
    }),
  )
})

const key = fc.oneof(fc.constantFrom('', '\\', '"', '":', '\\":', '__proto__', 'ü', '\u2028'), fc.string())

test('a key that an object has twice is noticed, wherever it is', () => {
  const path = fc.array(fc.oneof(key, fc.constant(null)), { maxLength: JSON_DEPTH_MAX - 2 })
  fc.assert(
    fc.property(path, key, key, fc.jsonValue(), (path, name, other, value) => {
      const member = (name: string) => `${JSON.stringify(name)} : ${JSON.stringify(value)}`
      const within = (inner: string) =>
        path.reduceRight<string>(
          (text, one) => (one === null ? `[${text}]` : `{${JSON.stringify(one)}:${text}}`),
          inner,
        )
      fc.pre(name !== other && JSON.stringify(value).length < 100)
      fc.pre(isWellStructured(within(`{${member(other)}}`)))
      expect(isWellStructured(within(`{${member(name)}, ${member(other)}}`))).toBe(true)
      expect(isWellStructured(within(`{${member(name)}, ${member(other)}, ${member(name)}}`))).toBe(false)
    }),
  )
})

test('a key is the same, escaped or not', () => {
  expect(isWellStructured(String.raw`{"a": 1, "\u0061": 2}`)).toBe(false)
})

test('the bounds are those of an error', () => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
  const long = (elements: number) => `[${Array(elements).fill('0').join()}]`
  expect([JSON_DEPTH_MAX, JSON_DEPTH_MAX + 1].map((depth) => isWellStructured(nested(depth)))).toEqual([true, false])
  expect([JSON_ARRAY_MAX, JSON_ARRAY_MAX + 1].map((one) => isWellStructured(long(one)))).toEqual([true, false])
})

test.each(['', '{', '{"a":1,}', '// no\n{}', '{"a":NaN}', "{'a':1}"])('%j is not JSON', (text) => {
  expect(isWellStructured(text)).toBe(false)
})
