import { withSmoothedValues } from '../../chart/smoothing.ts'
import type { ChartContent, Mark, Values } from '../../chart/types.ts'
import { orderOf } from '../../live/columns.ts'
import { epochStarts, lastStepOf, type Points } from '../../live/series.ts'
import { OVERLAY_POINTS_MAX } from '../../platform/limits.ts'
import type { Alignment } from './address.ts'
import { type CurveRows, emptyRows } from './curve-rows.ts'
import { isUsual } from './measures.ts'
import { type Line, overlay } from './overlay.ts'
import { pausesOf } from './pauses.ts'
import { type Trained, totalStepsOf } from './trained.ts'

type Numbers = Float64Array<ArrayBuffer>

/** A curve: a job's own points, or `rows` that the service was asked for. */
export type Charted = Trained & { isHidden: boolean; rows: CurveRows | null }

/**
 * The curves of jobs over each other, with a weight each followed by its smoothed one. A hidden one keeps its place on
 * the x axis, so that nothing jumps.
 */
export function contentOf(
  charted: readonly Charted[],
  measure: string,
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

/** The last step of a curve; -1 before the first. */
const reachedBy = ({ points, rows }: Charted): number => {
  const asked = rows === null || rows.length === 0 ? -1 : rows.at('step', rows.length - 1)
  return Math.max(lastStepOf(points), asked)
}

/** The points of the job that has come furthest. */
const furthestOf = (charted: readonly Charted[]): Points =>
  charted.map(({ points }) => points).reduce((a, b) => (lastStepOf(b) > lastStepOf(a) ? b : a))

/** To the number of steps that have been done: the last of 1,000 is step 999. */
function rangeOf(charted: readonly Charted[], alignment: Alignment): ChartContent['xRange'] {
  if (alignment === 'progress') return [0, 100]
  return alignment === 'step' ? [0, Math.max(...charted.map(reachedBy)) + 1] : null
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

function lineOf(charted: Charted, measure: string, alignment: Alignment): Line & { y: Values } {
  const { job } = charted
  const { steps, times, y } = columnsOf(charted, measure)
  switch (alignment) {
    case 'step':
      return { x: steps, y, gaps: [] }
    case 'progress': {
      const totalSteps = totalStepsOf(charted)
      return { x: totalSteps === null ? [] : steps.map((step) => (step / totalSteps) * 100), y, gaps: [] }
    }
    case 'time': {
      // Points that came late have another place by time.
      const order = orderOf(times)
      const at = order === null ? times : Float64Array.from(order, (index) => times[index] as number)
      const values = order === null ? y : order.map((index) => y[index] ?? null)
      const startMs = job.started_at === null ? (at[0] ?? 0) : Date.parse(job.started_at)
      return { x: at.map((ms) => ms - startMs), y: values, gaps: pausesOf(at) }
    }
  }
}

function columnsOf({ points, rows }: Charted, measure: string): { steps: Numbers; times: Numbers; y: Values } {
  if (rows === null && isUsual(measure)) {
    return { steps: points.column('step'), times: points.column('timestamp'), y: points.values(measure) }
  }
  const asked = rows ?? emptyRows()
  return { steps: asked.column('step'), times: asked.column('timestamp'), y: asked.values('value') }
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
