import { expect, test } from 'vitest'
import { billUsd, type Usage } from '../../scripts/prices.ts'
import { naive, stellwerk } from '../../scripts/usage.ts'

// The examples on Cloudflare's own pages, with what they come to there.
test.each<[string, Partial<Usage>, number]>([
  ['Worker, 15 million requests', { workerRequests: 15e6, workerCpuMs: 7 * 15e6 }, 8],
  ['Worker, 100 million requests', { workerRequests: 100e6, workerCpuMs: 7 * 100e6 }, 45.4],
  ['objects, example 1', { objectRequests: 1.5e6, objectGbS: 128_000 }, 5.15],
  ['objects, example 2', { objectRequests: 3.75e6, objectGbS: 11_059_200 }, 142.95],
  ['objects, example 3', { objectRequests: 12_960_100, objectGbS: 33_177_600 }, 419.3],
  ['objects, example 4', { objectRequests: 21_610_000, objectGbS: 552_960 }, 20.65],
])('the bill is that of the price list: %s', (_, usage, usd) => {
  expect(billUsd(usage)).toBeCloseTo(usd, 6)
})

test('a longer job costs no more as long as nobody watches it; in the naive design it does', () => {
  const short = { jobs: 100_000, epochs: 1, watcherHours: 0, gets: 0 }
  const long = { ...short, epochs: 100 }
  expect(stellwerk(long)).toEqual(stellwerk(short))
  expect(billUsd(naive(long))).toBeGreaterThan(10 * billUsd(naive(short)))
})
