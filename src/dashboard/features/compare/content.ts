import { withSmoothedValues } from '../../chart/smoothing.ts'
import type { ChartContent, Mark, Values } from '../../chart/types.ts'
import { epochStarts, lastStepOf, type Points, valuesBy } from '../../live/series.ts'
import { OVERLAY_POINTS_MAX } from '../../platform/limits.ts'
import type { Alignment, Measure } from './address.ts'
import { type Line, overlay } from './overlay.ts'
import { pausesOf } from './pauses.ts'
import { type Trained, totalStepsOf } from './trained.ts'

export type Charted = Trained & { isHidden: boolean }

/**
 * The curves of jobs over each other, with a weight each followed by its smoothed one. A hidden one keeps its place on
 * the x axis, so that nothing jumps.
 */
export function contentOf(
  charted: readonly Charted[],
  measure: Measure,
  alignment: Alignment,
  weight = 0,
): ChartContent {
  // Smoothed by their own points, not by those that another job's add.
  const lines = charted.flatMap((one) => {
    const { x, y, gaps } = lineOf(one, measure, alignment)
    return withSmoothedValues([y], weight).map((values): Line => ({ x, y: values, gaps }))
  })
  const curvesOfEach = lines.length / charted.length
  // Jobs have most of their steps in common: every point keeps its place.
  const { x, curves } = overlay(lines, alignment === 'step' ? Infinity : OVERLAY_POINTS_MAX)
  return {
    x,
    curves: curves.map((values, index) => (charted[Math.floor(index / curvesOfEach)]?.isHidden ? [] : values)),
    marks: alignment === 'step' ? epochMarks(charted) : [],
    xRange: rangeOf(charted, alignment),
  }
}

/** The points of the job that has come furthest. */
const furthestOf = (charted: readonly Charted[]): Points =>
  charted.map(({ points }) => points).reduce((a, b) => (lastStepOf(b) > lastStepOf(a) ? b : a))

/** To the number of steps that have been done: the last of 1,000 is step 999. */
function rangeOf(charted: readonly Charted[], alignment: Alignment): ChartContent['xRange'] {
  if (alignment === 'progress') return [0, 100]
  return alignment === 'step' ? [0, lastStepOf(furthestOf(charted)) + 1] : null
}

/** Where epochs begin in the job that has come furthest. */
function epochMarks(charted: readonly Charted[]): Mark[] {
  const points = furthestOf(charted)
  return epochStarts(points).map((index) => ({
    kind: 'epoch',
    from: points.at('step', index),
    epoch: points.at('epoch', index),
  }))
}

function lineOf(trained: Trained, measure: Measure, alignment: Alignment): Line & { y: Values } {
  const { job, points } = trained
  const [steps, y] = [points.column('step'), points.values(measure)]
  switch (alignment) {
    case 'step':
      return { x: steps, y, gaps: [] }
    case 'progress': {
      const totalSteps = totalStepsOf(trained)
      return { x: totalSteps === null ? [] : steps.map((step) => (step / totalSteps) * 100), y, gaps: [] }
    }
    case 'time': {
      const [at = [], values = []] = valuesBy('timestamp', points, [measure])
      const times = Float64Array.from(at, Number)
      const startMs = job.started_at === null ? (times[0] ?? 0) : Date.parse(job.started_at)
      return { x: times.map((ms) => ms - startMs), y: values, gaps: pausesOf(times) }
    }
  }
}

/** The lowest finite validation loss of a curve, and the step at which it was first reached; `null` before there is one. */
export function lowestOf(points: Points): { value: number; step: number } | null {
  const values = points.values('val_loss')
  let lowest: { value: number; index: number } | null = null
  for (let index = 0; index < values.length; index++) {
    const value = values[index] ?? null
    if (value === null || !Number.isFinite(value)) continue
    if (lowest === null || value < lowest.value) lowest = { value, index }
  }
  return lowest && { value: lowest.value, step: points.at('step', lowest.index) }
}
