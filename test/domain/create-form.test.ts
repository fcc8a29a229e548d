/// <reference lib="es2025.intl" />
/// <reference path="../../src/dashboard/virtual.d.ts" />

import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { TrainingConfigInput } from '../../src/jobs/http/schema.ts'
import { bundeslandCodes } from '../../src/shared/bundeslaender.ts'

// Node has no document, on which a browser keeps the language.
vi.stubGlobal('document', { documentElement: {} })
const { bounds, modelTypes, numberFields } = await import('../../src/dashboard/features/create-job/bounds.ts')
const { check, configOf } = await import('../../src/dashboard/features/create-job/check.ts')
const { draftLike, emptyDraft, readDraft } = await import('../../src/dashboard/features/create-job/draft.ts')
const { nextName } = await import('../../src/dashboard/features/create-job/draft.ts')
const { parseNumber } = await import('../../src/dashboard/features/create-job/numbers.ts')
const { chooseLocale } = await import('../../src/dashboard/i18n/locale.ts')

/** Numbers for a field: mostly within its bounds, otherwise at, next to and far beyond them. */
const numbersOf = ({ min, max, whole }: (typeof bounds)['epochs']) =>
  fc.oneof(
    { weight: 12, arbitrary: whole ? fc.integer({ min, max }) : fc.double({ min, max, noNaN: true }) },
    { weight: 2, arbitrary: fc.constantFrom(min, max) },
    { weight: 1, arbitrary: fc.constantFrom(min - 1, max + 1, (min + max) / 2, 0, 1e21, -1e-9) },
    { weight: 1, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) },
  )

const drafts = fc
  .record({
    name: fc.oneof(
      fc.constantFrom(
        '',
        ' ',
        'Zeugnis',
        ' Zeugnis ',
        'a\nb',
        'a\u0000',
        'x'.repeat(200),
        'x'.repeat(201),
        '🚂'.repeat(200),
      ),
      fc.string({ unit: 'binary', maxLength: 220 }),
    ),
    model_type: fc.constantFrom(...modelTypes),
    bundeslaender: fc.subarray([...bundeslandCodes]),
    mixed_precision: fc.boolean(),
    numbers: fc.record(Object.fromEntries(numberFields.map((field) => [field, numbersOf(bounds[field])]))),
  })
  .map(({ numbers, ...rest }) => ({
    ...emptyDraft(),
    ...rest,
    ...Object.fromEntries(numberFields.map((field) => [field, String(numbers[field])])),
  }))

test('the form accepts exactly what the API accepts', () => {
  let taken = 0
  fc.assert(
    fc.property(drafts, (draft) => {
      const errors = check(draft)
      const { success, error } = TrainingConfigInput.safeParse(configOf(draft))
      const refused = new Set(error?.issues.map(({ path }) => String(path[0])))
      expect([...errors.keys()].sort()).toEqual([...refused].sort())
      if (success) taken++
    }),
    { numRuns: 2_000 },
  )
  expect(taken).toBeGreaterThan(200)
})

test('a form for a copy of a job has its settings and the next name', () => {
  fc.assert(
    fc.property(drafts, (draft) => {
      const parsed = TrainingConfigInput.safeParse(configOf(draft))
      fc.pre(parsed.success)
      for (const locale of ['de', 'en'] as const) {
        chooseLocale(locale)
        const like = draftLike(parsed.data)
        expect(check(like).size).toBe(0)
        expect(configOf(like)).toEqual({ ...parsed.data, name: nextName(parsed.data.name) })
      }
    }),
    { numRuns: 200 },
  )
})

test('the empty form has the defaults of the API', () => {
  const { name: _, bundeslaender: __, ...defaults } = TrainingConfigInput.parse({ name: 'x', bundeslaender: ['BY'] })
  expect(configOf(emptyDraft())).toMatchObject(defaults)
})

test.each([
  ['Zeugnis', 'Zeugnis (2)'],
  ['Zeugnis (2)', 'Zeugnis (3)'],
  ['Zeugnis (9999)', 'Zeugnis (10000)'],
  ['(2)', '(2) (2)'],
  ['🚂'.repeat(200), `${'🚂'.repeat(196)} (2)`],
])('after %s comes %s', (name, next) => {
  expect(nextName(name)).toBe(next)
})

test.each([
  ['0,05', false, 0.05],
  ['0.05', false, 0.05],
  ['.5', false, 0.5],
  ['5e-5', false, 0.00005],
  ['−1', false, -1],
  ['1.000', true, 1000],
  ['1,000', true, 1000],
  ['1 000', true, 1000],
  ['1.000', false, 1],
  ['1,5', true, 1.5],
  ['', true, Number.NaN],
  ['zehn', true, Number.NaN],
  ['0x10', true, Number.NaN],
  ['1.2.3', false, Number.NaN],
  ['Infinity', false, Number.NaN],
])('%s typed where whole numbers are asked for (%s) is %d', (text, whole, value) => {
  expect(parseNumber(text, { whole })).toBe(value)
})

test.each([null, 'text', 5, [], { epochs: 3, name: {}, bundeslaender: 'BY' }])(
  'stored values do not break the form: %j',
  (stored) => {
    const draft = readDraft(stored)
    expect(draft === null || draft.epochs === emptyDraft().epochs).toBe(true)
  },
)
