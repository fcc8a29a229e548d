import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { progressAt } from '../../src/jobs/rules/progress.ts'
import { activeMsAt, metricsAt, planSimulation, stepAt } from '../../src/jobs/rules/trainers/simulation.ts'

test.each([
  [0, 0.925, 1.0175, 0.5, 0.45, 0.47, 0.6],
  [1, 0.9237, 1.0161, 0.5, 0.451, 0.47, 0.6],
  [28, 0.8886, 0.9775, 0.514, 0.464, 0.484, 0.611],
  [29, 0.8873, 0.976, 0.514, 0.465, 0.484, 0.612],
  [57, 0.8509, 0.936, 0.528, 0.479, 0.498, 0.623],
  [99, 0.7963, 0.8759, 0.549, 0.499, 0.519, 0.64],
  [100, 0.845, 0.9295, 0.55, 0.5, 0.52, 0.64],
  [125, 0.8125, 0.8938, 0.562, 0.512, 0.532, 0.65],
  [999, 0.0763, 0.0839, 1, 0.95, 0.97, 1],
])(
  'step %i of 1,000 has the metrics of the reference',
  (step, loss, val_loss, precision, recall, f1_score, accuracy) => {
    expect(metricsAt(step, 1_000)).toEqual({ loss, val_loss, precision, recall, f1_score, accuracy })
  },
)

// SHA-256 over every step of a run of the reference, a line a step: losses with 4 digits, scores with 3.
test.each([
  [100, '068c89941ae0f9f929da2a4b10cd00a3884e21076eb16131bc3a9fec765015a5'],
  [800, 'c211d73fc77d862aac26a56ffecdd23e32810c858c3060be7b135d5d5a0abe0f'],
  [1_000, '6b0217df3f3e3216bcafba83bafa51ba9f268f37f517672a4955498489c88c16'],
  [10_000, '3652b39d8610582f654bb43cf44077bea6fdf5e9a2b2bc7c0f53403c1d8a0a0c'],
])('every digit of a whole run of %i steps is that of the reference', (totalSteps, digest) => {
  const lines = Array.from({ length: totalSteps }, (_, step) => {
    const m = metricsAt(step, totalSteps)
    const scores = [m.precision, m.recall, m.f1_score, m.accuracy].map((score) => score.toFixed(3))
    return [m.loss.toFixed(4), m.val_loss.toFixed(4), ...scores].join(' ')
  })
  expect(createHash('sha256').update(lines.join('\n')).digest('hex')).toBe(digest)
})

test('progress is the exact share of the steps', () => {
  expect(progressAt(29, 1_000)).toBe((29 / 1_000) * 100)
  expect(progressAt(1_000, 1_000)).toBe(100)
})

test('at any speed, a step is reached exactly at the time computed for it', () => {
  const speed = fc.double({ min: 0.01, max: 1_000, noNaN: true })
  fc.assert(
    fc.property(speed, fc.integer({ min: 0, max: 10_000 }), (value, step) => {
      const simulation = planSimulation(value, null)
      const reachedMs = activeMsAt(step, simulation)
      expect(stepAt(reachedMs, simulation)).toBeGreaterThanOrEqual(step)
      if (step > 0) expect(stepAt(reachedMs - 1, simulation)).toBeLessThan(step)
    }),
    { numRuns: 2_000 },
  )
})
