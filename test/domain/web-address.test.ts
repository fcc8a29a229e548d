import { fullFormats } from 'ajv-formats/dist/formats.js'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SOURCE_URL_LENGTH_MAX } from '../../src/platform/limits.ts'
import { webAddress } from '../../src/platform/web-address.ts'

const isUri = fullFormats.uri as (text: string) => boolean

test.each([
  ['HTTPS://Example.org/für alle', 'https://example.org/f%C3%BCr%20alle'],
  ['https://müller.de', 'https://xn--mller-kva.de/'],
  ['http://[::1]:8080/a[1]', 'http://[::1]:8080/a%5B1%5D'],
  ['https://a.de/?q=x|y^{z}', 'https://a.de/?q=x%7Cy%5E%7Bz%7D'],
  ['https://a.de/50%/100%zz/%C3%BC', 'https://a.de/50%25/100%25zz/%C3%BC'],
  ['https://a.de/#one#two', 'https://a.de/#one%23two'],
  ['https://a.de/?#', 'https://a.de/?#'],
])('%s comes out as %s', (text, address) => {
  expect(webAddress(text)).toBe(address)
  expect(isUri(address)).toBe(true)
})

test.each([
  '',
  'a.de',
  '//a.de',
  'ftp://a.de/',
  'javascript:alert(1)',
  'https://',
  'https://a b/',
  'https://www.gesetze-bayern.de@evil.example/',
  'https://user:password@a.de/',
  'https://:password@a.de/',
  'https:user@a.de',
  `https://a.de/${'x'.repeat(SOURCE_URL_LENGTH_MAX)}`,
  `https://a.de/${'|'.repeat(SOURCE_URL_LENGTH_MAX / 2)}`,
])('is none: %s', (text) => {
  expect(webAddress(text)).toBeNull()
})

test('every result is a URI, and is its own result', () => {
  const parts = fc.string({
    unit: fc.oneof(
      fc.constantFrom(...'%|^[]{}#?/\\"`<> @:&=;'),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    ),
  })
  const texts = fc.tuple(
    fc.constantFrom('http://', 'https://a', 'https://a.de/', 'https://[::1]/', 'http://c.de:81/?'),
    parts,
  )
  let addresses = 0
  fc.assert(
    fc.property(texts, ([front, rest]) => {
      const address = webAddress(front + rest)
      if (address === null) return
      addresses++
      expect(isUri(address)).toBe(true)
      expect(webAddress(address)).toBe(address)
    }),
    { numRuns: 3_000 },
  )
  expect(addresses).toBeGreaterThan(1_000)
})
