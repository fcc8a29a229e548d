import { expect, test } from 'vitest'
import { isLike } from '../../src/doors/mlflow/filter.ts'

/** All texts of these characters, up to a length. */
const texts = (characters: readonly string[], length: number): string[] =>
  length === 0 ? [''] : ['', ...texts(characters, length - 1).flatMap((text) => characters.map((one) => text + one))]

test('LIKE finds what SQL finds, for every short text and pattern', () => {
  const expression = (pattern: string) => new RegExp(`^${pattern.replaceAll('%', '.*').replaceAll('_', '.')}$`)
  const all = texts(['a', 'b'], 5)
  for (const pattern of texts(['a', 'b', '%', '_'], 5)) {
    const expected = all.filter((text) => expression(pattern).test(text))
    expect(
      all.filter((text) => isLike(text, pattern)),
      pattern,
    ).toEqual(expected)
  }
})

test('a pattern that a long text fits everywhere but at its end is no bomb', () => {
  const tag = 'a'.repeat(8_000)
  for (const part of ['a'.repeat(4_000), '%a'.repeat(4_000), '%_'.repeat(500)]) {
    for (let run = 0; run < 200; run++) expect(isLike(tag, `%${part}b`)).toBe(false)
  }
})
