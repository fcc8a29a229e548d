import { expect, test } from 'vitest'
import { followSamples } from '../../src/dashboard/live/follow-samples.ts'
import { emptyPoints, emptySamples } from '../../src/dashboard/live/series.ts'

const steps = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => from + at)
const samplesAt = (all: number[]) => all.map((step) => ({ step, timestamp: 1_000 * step, accuracy: step / 1_000 }))
const pointsAt = (all: number[]) =>
  all.map((step) => ({ step, epoch: 1, loss: 1, val_loss: 1, learning_rate: 0, timestamp: 1_000 * step }))

/** A curve beside a stream, as the page follows it. */
function follow() {
  const curve = emptySamples()
  const live = { points: emptyPoints(), samples: emptySamples() }
  let seen = 0
  const goOn = () => {
    seen = followSamples(curve, live, seen)
  }
  return {
    get steps() {
      return [...curve.column('step')]
    },
    /** The history is read up to a step. */
    read(to: number) {
      curve.clear()
      curve.push(samplesAt(steps(0, to)))
      goOn()
    },
    /** An event brings points; of the last of them it tells the accuracy, unless more follow. */
    event(from: number, to: number, { more = false } = {}) {
      live.points.push(pointsAt(steps(from, to)))
      if (!more) live.samples.push(samplesAt([to - 1]))
      goOn()
    },
    reset() {
      live.points.clear()
      live.samples.clear()
      goOn()
    },
  }
}

test('a history that is read while the stream still catches up stays', () => {
  const page = follow()
  page.event(0, 500, { more: true })
  page.read(1_200)
  page.event(500, 1_000, { more: true })
  expect(page.steps).toEqual(steps(0, 1_200))
  page.event(1_000, 1_201)
  expect(page.steps).toEqual(steps(0, 1_201))
})

test('what was sampled while the history was read is added behind it, once', () => {
  const page = follow()
  page.event(0, 10)
  page.event(10, 12)
  page.read(11)
  page.event(12, 13)
  expect(page.steps).toEqual([...steps(0, 11), 11, 12])
})

test('a stream that begins anew takes the curve with it, also before its first sample', () => {
  const page = follow()
  page.event(0, 500, { more: true })
  page.read(600)
  page.reset()
  expect(page.steps).toEqual([])
  page.event(0, 3)
  expect(page.steps).toEqual([2])
})
