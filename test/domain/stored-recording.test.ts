import { expect, test } from 'vitest'
import { isCut, recordedOf, storedRecording } from '../../src/jobs/register/stored-recording.ts'
import { nothingRecorded } from '../../src/jobs/rules/recorded.ts'
import { SUMMARY_METRICS_MAX } from '../../src/platform/limits.ts'

const recordedWith = (names: string[]) => {
  const metrics = Object.fromEntries(names.map((name, n) => [name, { latest: n, lowest: n, highest: n }]))
  return { ...nothingRecorded, summary: { ...nothingRecorded.summary, points: 1, metrics } }
}
const layers = (count: number) => Array.from({ length: count }, (_, n) => `layer/${n}`)

test('a row that is full, and no more, keeps every metric', () => {
  const recorded = recordedWith([...layers(SUMMARY_METRICS_MAX - 1), 'loss'])
  const stored = storedRecording(recorded)
  expect(recordedOf(stored).summary).toEqual(recorded.summary)
  expect(stored).not.toHaveProperty('isCut')
})

test('a row keeps the metrics that fields are filled from, and says that it was cut', () => {
  const stored = storedRecording(recordedWith([...layers(SUMMARY_METRICS_MAX), 'train_loss', 'f1']))
  expect(Object.keys(stored.metrics)).toEqual([...layers(SUMMARY_METRICS_MAX - 2), 'train_loss', 'f1'])
  expect(isCut(stored)).toBe(true)
  expect(recordedOf(stored).summary).not.toHaveProperty('isCut')
})

test('a row of before that was noted counts as cut once it is full', () => {
  const { isCut: _, ...stored } = storedRecording(recordedWith(layers(SUMMARY_METRICS_MAX)))
  expect(isCut(stored)).toBe(true)
  expect(isCut(storedRecording(recordedWith(layers(SUMMARY_METRICS_MAX - 1))))).toBe(false)
})
