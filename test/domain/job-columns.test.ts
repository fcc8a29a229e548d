import { describe, expect, test, vi } from 'vitest'
import type { JobSnapshot } from '../../src/client/index.ts'
import { COLUMNS_MAX } from '../../src/dashboard/platform/limits.ts'
import { SUMMARY_METRICS_MAX } from '../../src/platform/limits.ts'

// Node has neither a document, on which a browser keeps the language, nor an address.
vi.stubGlobal('document', { documentElement: {} })
vi.stubGlobal('navigator', { languages: ['en-US'] })
vi.stubGlobal('location', { pathname: '/', search: '', origin: 'https://stellwerk.example' })
vi.stubGlobal('addEventListener', () => {})
const { keysIn } = await import('../../src/dashboard/domain/chosen-columns.ts')
const { columnOf, namesIn } = await import('../../src/dashboard/domain/job-columns.ts')
const { metricText } = await import('../../src/dashboard/domain/metric-text.ts')

const values = (latest: number | 'NaN', lowest = latest, highest = latest) => ({
  latest,
  lowest,
  highest,
  best: lowest,
})

/** A job as far as columns read it. */
function job(part: Partial<JobSnapshot> = {}): JobSnapshot {
  const config = { epochs: 3, learning_rate: 0.001, bundeslaender: ['HE', 'BY'] }
  return {
    ...{ trainer: 'runner', config, params: {}, run_params: {}, summary: {}, started_at: '2040-01-01T00:00:00Z' },
    ...{ attempt: null, loss: null, val_loss: null, learning_rate: null, metrics: { accuracy: null } },
    ...part,
  } as JobSnapshot
}

const shown = (key: string, of: JobSnapshot) => columnOf(key)?.of(of)

describe('a column', () => {
  test('shows a setting, and none of a run for which nobody has set it', () => {
    expect(shown('setting:epochs', job())).toBe(3)
    const run = job({ trainer: 'mlflow', config: { ...job().config, epochs: 0 } })
    expect(shown('setting:epochs', run)).toBe(null)
    expect(columnOf('setting:epochs')?.text(run)).toBe('–')
    expect(columnOf('setting:bundeslaender')?.text(job())).toEqual(['HE', 'BY'])
    expect(shown('setting:runner', job())).toBe(null)
  })

  test('shows a parameter as it was given, or else as the script has logged it, whatever it is called', () => {
    const both = job({ params: { 'a:b': '1' }, run_params: { 'a:b': '2', constructor: 'x' } })
    expect(shown('param:a:b', both)).toBe('1')
    expect(shown('param:constructor', both)).toBe('x')
    expect(shown('param:toString', both)).toBe(null)
    expect(columnOf('param:toString')?.text(both)).toBe('–')
  })

  test('shows the last, best, lowest and highest value of a metric', () => {
    const trained = job({ summary: { acc: { latest: 2, best: 4, lowest: 1, highest: 4 } } })
    expect(['latest', 'best', 'lowest', 'highest'].map((pick) => shown(`${pick}:acc`, trained))).toEqual([2, 4, 1, 4])
    expect(shown('latest:loss', job({ summary: { loss: values('NaN') } }))).toBe(Number.NaN)
  })

  test('of a field shows what the trainer calls otherwise, and of a simulated job its last value alone', () => {
    const named = job({ val_loss: 0.5, summary: { eval_loss: { ...values(0.5), lowest: 0.25 } } })
    expect(shown('latest:val_loss', named)).toBe(0.5)
    expect(shown('lowest:val_loss', named)).toBe(0.25)
    const simulated = job({ trainer: 'simulated', val_loss: 0.75 })
    expect(shown('latest:val_loss', simulated)).toBe(0.75)
    expect(shown('lowest:val_loss', simulated)).toBe(null)
    expect(shown('latest:val_loss', { ...simulated, started_at: null })).toBe(null)
  })

  test('says so where the list may have left the metric out', () => {
    const all = Array.from({ length: SUMMARY_METRICS_MAX }, (_, n) => [`m${n}`, values(n)])
    const cut = job({ summary: Object.fromEntries(all) })
    expect(columnOf('latest:m1')?.lack(cut)).toBe(null)
    expect(columnOf('latest:other')?.lack(cut)).not.toBe(null)
    expect(columnOf('latest:other')?.lack(job())).toBe(null)
  })
})

test('columns are offered by the names that the jobs have, fields first', () => {
  const jobs = [
    job({ params: { seed: '1' }, summary: { zeta: values(1), eval_loss: values(1), accuracy: values(1) } }),
    job({ run_params: { seed: '2', b: '1' } }),
  ]
  expect(namesIn(jobs)).toMatchObject({ params: ['b', 'seed'], metrics: ['accuracy', 'eval_loss', 'zeta'] })
  expect(namesIn([job({ trainer: 'simulated' })]).metrics).toContain('val_loss')
  expect(namesIn([]).metrics).toEqual([])
})

test.each([
  [null, null],
  ['', null],
  ['{', null],
  ['{"a":1}', null],
  ['[]', []],
  ['["setting:epochs","setting:epochs","setting:gone","best:",3,"x:y","param:p:q"]', ['setting:epochs', 'param:p:q']],
])('of the stored choice %j, what can be shown is shown', (text, keys) => {
  expect(keysIn(text)).toEqual(keys)
})

test('no more columns are taken from storage than can be chosen', () => {
  const many = Array.from({ length: 2 * COLUMNS_MAX }, (_, n) => `param:${n}`)
  expect(keysIn(JSON.stringify(many))).toHaveLength(COLUMNS_MAX)
})

test.each([
  ['val_loss', 0.5, '0.5000'],
  ['accuracy', 0.5, '0.500'],
  ['grad_norm', 1234.5678, '1,234.6'],
  ['tokens', 1234567.8, '1,234,568'],
  ['tiny', 0.0000123456, '1.235E-5'],
  ['huge', 1.5e12, '1.5E12'],
  ['zero', 0, '0'],
  ['diverged', Number.NaN, 'NaN'],
  ['diverged', -Infinity, '−∞'],
  ['none', null, '–'],
])('%s of %d is shown as %s', (name, value, text) => {
  expect(metricText(name, value)).toBe(text)
})
