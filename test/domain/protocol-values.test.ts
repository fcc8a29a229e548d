import { expect, test } from 'vitest'
import { readThemes } from '../protocol/cases.ts'
import { difference, fillIn, valueAt } from '../protocol/values.ts'

test('a variable alone is replaced by its value, and within a text by its text', () => {
  const variables = new Map<string, string | number>([
    ['job', 'j1'],
    ['sequence', 3],
  ])
  expect(fillIn({ a: '{sequence}', b: ['/jobs/{job}/{sequence}'], c: 'x{43}' }, variables)).toEqual({
    ...{ a: 3, b: ['/jobs/j1/3'], c: 'x{43}' },
  })
  expect(() => fillIn('{token}', variables)).toThrow('No step has kept token')
})

test('$times repeats a value as a list, and a text as a text', () => {
  expect(fillIn({ $times: [2, { text: { $times: [3, 'ab'] } }] }, new Map())).toEqual([
    { text: 'ababab' },
    { text: 'ababab' },
  ])
})

test('an answer must have what is expected of it, and may have more', () => {
  const answer = { sequence: 1, requested: null, points: [{ step: 0, loss: 1 }], token: 'stj_1' }
  expect(difference({ requested: null, points: [{ step: 0 }], token: '/^stj_/' }, answer)).toBeNull()
  expect(difference({ sequence: 2 }, answer)).toBe('answer.sequence is 1, not 2')
  expect(difference({ points: [] }, answer)).toMatch(/^answer.points is /)
  expect(difference({ points: [{ step: 1 }] }, answer)).toBe('answer.points.0.step is 0, not 1')
  expect(difference({ token: '/^x/' }, answer)).toMatch(/^answer.token is /)
  expect(difference({ requested: { id: 1 } }, answer)).toMatch(/^answer.requested is null/)
  expect(difference({ missing: null }, answer)).toBe('answer.missing is undefined, not null')
  expect(difference({ missing: '/x/' }, answer)).toMatch(/^answer.missing is undefined/)
  expect(valueAt(answer, 'points.0.loss')).toBe(1)
})

test('every case has a promise of its own, and steps', () => {
  const cases = readThemes().flatMap(({ cases }) => cases)
  expect(new Set(cases.map(({ promise }) => promise)).size).toBe(cases.length)
  expect(cases.filter(({ steps }) => steps.length === 0)).toEqual([])
})
