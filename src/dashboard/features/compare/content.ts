import { gapsAt } from '../../chart/breaks.ts'
import { withSmoothedValues } from '../../chart/smoothing.ts'
import type { ChartContent, Mark, Values } from '../../chart/types.ts'
import type { View } from '../../chart/view.ts'
import type { Rows } from '../../domain/curves/splice.ts'
import { epochStarts, lastStepOf, type Points, valuesBy } from '../../live/series.ts'
import { OVERLAY_POINTS_MAX } from '../../platform/limits.ts'
import type { Alignment } from './address.ts'
import { alongOf } from './along.ts'
import { type Line, overlay } from './overlay.ts'
import { pausesOf } from './pauses.ts'
import type { Trained } from './trained.ts'

/** A curve of a job: a column of its rows. */
export type Charted = Trained & { isHidden: boolean; rows: Rows; column: string }

/**
 * The curves of jobs over each other, with a weight each followed by its smoothed one. A hidden one keeps its place on
 * the x axis, so that nothing jumps.
 *
 * @param view what of the x axis is in view; `null`: all of it
 */
export function contentOf(
  charted: readonly Charted[],
  alignment: Alignment,
  weight = 0,
  view: View | null = null,
): ChartContent {
  // Smoothed by their own points, not by those that another job's add.
  const lines = charted.flatMap((one) => {
    const { x, y, gaps } = lineOf(one, alignment)
    return withSmoothedValues([y], weight).map((values): Line => ({ x, y: values, gaps }))
  })
  const curvesOfEach = lines.length / charted.length
  // Jobs have most of their steps in common: every point keeps its place.
  const { x, curves, breaks } = overlay(lines, alignment === 'step' ? Infinity : OVERLAY_POINTS_MAX, view)
  return {
    x,
    curves: curves.map((values, index) => (charted[Math.floor(index / curvesOfEach)]?.isHidden ? [] : values)),
    gaps: curves.map((values, index) => gapsAt(breaks[index] ?? [], x, values)),
    marks: alignment === 'step' ? epochMarks(charted) : [],
    xRange: rangeOf(charted, alignment),
  }
}

/** The last step of a curve; -1 before the first. */
const reachedBy = ({ points, rows }: Charted): number => Math.max(lastStepOf(points), lastStepOf(rows))

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
    epoch: Math.floor(points.at('epoch', index)),
  }))
}

function lineOf(charted: Charted, alignment: Alignment): Line & { y: Values } {
  const { rows, column } = charted
  const way = alongOf(charted, rows, alignment)
  if (way === null) return { x: [], y: [], gaps: [] }
  const [at = [], y = []] = valuesBy(way.by, rows, [column])
  const x = Array.from(at, (value) => way.place(value ?? 0))
  return { x, y, gaps: alignment === 'time' ? pausesOf(x) : [] }
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
