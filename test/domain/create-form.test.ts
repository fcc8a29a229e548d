/// <reference lib="es2025.intl" />
/// <reference path="../../src/dashboard/virtual.d.ts" />

import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { TrainingConfigInput } from '../../src/jobs/http/schema.ts'
import { bundeslandCodes } from '../../src/shared/bundeslaender.ts'

// Node has no document, on which a browser keeps the language.
vi.stubGlobal('document', { documentElement: {} })
const { bounds, modelTypes, numberFields } = await import('../../src/dashboard/features/create-job/bounds.ts')
const { check, requestOf } = await import('../../src/dashboard/features/create-job/check.ts')
const { forRunners } = await import('../../src/dashboard/features/create-job/for-runners/request.ts')
const { paramsError, rowErrors } = await import('../../src/dashboard/features/create-job/for-runners/params.ts')
const { beginOf } = await import('../../src/dashboard/features/create-job/begin.ts')
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

const paramNames = fc.oneof(
  { weight: 5, arbitrary: fc.string({ minLength: 1, maxLength: 20 }) },
  fc.constantFrom('', 'x'.repeat(250), 'x'.repeat(251), '🚂'.repeat(126), '__proto__', 'constructor', ' '),
)
const paramValues = fc.oneof(
  { weight: 5, arbitrary: fc.string({ minLength: 1, maxLength: 20 }) },
  fc.constantFrom('x'.repeat(6_000), 'x'.repeat(6_001)),
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
    trainer: fc.constantFrom(null, 'simulated' as const, 'runner' as const),
    params: fc.oneof(
      { weight: 3, arbitrary: fc.constant<{ name: string; value: string }[]>([]) },
      fc.uniqueArray(fc.record({ name: paramNames, value: paramValues }), {
        selector: ({ name }) => name,
        maxLength: 4,
      }),
    ),
    max_attempts: fc
      .oneof({ weight: 9, arbitrary: fc.integer({ min: 1, max: 10 }) }, fc.constantFrom(0, 11, 1.5))
      .map(String),
    resume_from: fc.constantFrom(null, { job_id: 'a-job', step: null }, { job_id: 'a-job', step: 120 }),
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
      const errors = check(draft, forRunners)
      const { success, error } = TrainingConfigInput.safeParse(requestOf(draft, forRunners))
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
      const parsed = TrainingConfigInput.safeParse(requestOf(draft, forRunners))
      fc.pre(parsed.success)
      const { trainer = 'simulated', params = {}, max_attempts = 3, resume_from: _, ...config } = parsed.data
      for (const locale of ['de', 'en'] as const) {
        chooseLocale(locale)
        const like = draftLike({ config, trainer, params, max_attempts })
        expect(check(like, forRunners).size).toBe(0)
        const ofRunners = { max_attempts, ...(Object.keys(params).length === 0 ? {} : { params }) }
        const expected = { ...config, trainer, ...(trainer === 'runner' ? ofRunners : {}) }
        expect(requestOf(like, forRunners)).toEqual({ ...expected, name: nextName(config.name) })
      }
    }),
    { numRuns: 200 },
  )
})

test('the empty form has the defaults of the API', () => {
  const { name: _, bundeslaender: __, ...defaults } = TrainingConfigInput.parse({ name: 'x', bundeslaender: ['BY'] })
  expect(requestOf(emptyDraft(), null)).toMatchObject(defaults)
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

test.each([
  null,
  'text',
  5,
  [],
  { epochs: 3, name: {}, bundeslaender: 'BY', trainer: 'nobody', params: [1, null, { name: 'x' }], resume_from: 5 },
])('stored values do not break the form: %j', (stored) => {
  const draft = readDraft(stored)
  expect(draft ?? emptyDraft()).toEqual({ ...emptyDraft(), mixed_precision: draft?.mixed_precision ?? true })
})

test('each parameter has its error in its row, and rows without anything are left out', () => {
  chooseLocale('en')
  const rows = [
    { name: 'seed', value: '17' },
    { name: '', value: '' },
    { name: '', value: 'lost' },
    { name: 'seed', value: '18' },
    { name: 'flag', value: '' },
  ]
  expect(rowErrors(rows).map((errors) => Object.keys(errors))).toEqual([[], [], ['name'], ['name'], []])
  const { params } = requestOf({ ...emptyDraft(), trainer: 'runner', params: rows.toSpliced(2, 2) }, forRunners)
  expect(params).toEqual({ seed: '17', flag: '' })
})

test('parameters that fit one by one, but not into one request, are refused before it is sent', () => {
  const row = (name: string) => ({ name, value: 'ü'.repeat(3_000) })
  expect(paramsError(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'].map(row))).toBe(null)
  expect(paramsError(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k'].map(row))).not.toBe(null)
})

test('a form without the part for runners asks for nothing that only they take', () => {
  const draft = { ...emptyDraft(), params: [{ name: 'seed', value: '17' }], max_attempts: '1' }
  for (const trainer of [null, 'simulated'] as const) {
    expect(requestOf({ ...draft, trainer }, forRunners)).not.toHaveProperty('params')
    expect(requestOf({ ...draft, trainer }, forRunners)).not.toHaveProperty('max_attempts')
  }
})

test.each([
  ['', null],
  ['from=a', { from: 'a', resume: null }],
  ['resume_from=a', { from: 'a', resume: { job_id: 'a', step: null } }],
  ['resume_from=a:120', { from: 'a', resume: { job_id: 'a', step: 120 } }],
  ['resume_from=a:-1', { from: 'a', resume: { job_id: 'a', step: null } }],
  ['resume_from=:120', null],
  ['from=b&resume_from=a:120', { from: 'b', resume: { job_id: 'a', step: 120 } }],
])('the address %s is one that a form begins with', (query, expected) => {
  const begin = beginOf(new URLSearchParams(query))
  expect(begin && { from: begin.from, resume: begin.resume }).toEqual(expected)
})
