import type { ChartContent, Mark } from '../../chart/types.ts'
import { epochStarts, lastStepOf, type Points } from '../../live/series.ts'
import { OVERLAY_POINTS_MAX } from '../../platform/limits.ts'
import type { Alignment, Measure } from './address.ts'
import { type Line, overlay } from './overlay.ts'
import { pausesOf } from './pauses.ts'
import { type Trained, totalStepsOf } from './trained.ts'

export type Charted = Trained & { isHidden: boolean }

/** The curves of jobs over each other. A hidden one keeps its place on the x axis, so that nothing jumps. */
export function contentOf(charted: readonly Charted[], measure: Measure, alignment: Alignment): ChartContent {
  const lines = charted.map((one) => lineOf(one, measure, alignment))
  // Jobs have most of their steps in common: every point keeps its place.
  const { x, curves } = overlay(lines, alignment === 'step' ? Infinity : OVERLAY_POINTS_MAX)
  return {
    x,
    curves: curves.map((values, index) => (charted[index]?.isHidden ? [] : values)),
    marks: alignment === 'step' ? epochMarks(charted) : [],
    xRange: alignment === 'progress' ? [0, 100] : null,
  }
}

/** Where epochs begin, but for the first, in the job that has come furthest. */
function epochMarks(charted: readonly Charted[]): Mark[] {
  const { points } = charted.reduce((a, b) => (lastStepOf(b.points) > lastStepOf(a.points) ? b : a))
  return epochStarts(points)
    .slice(1)
    .map((index) => ({ kind: 'epoch', from: points.at('step', index) }))
}

function lineOf(trained: Trained, measure: Measure, alignment: Alignment): Line {
  const { job, points } = trained
  const [steps, times, y] = [points.column('step'), points.column('timestamp'), points.column(measure)]
  switch (alignment) {
    case 'step':
      return { x: steps, y, gaps: [] }
    case 'progress': {
      const totalSteps = totalStepsOf(trained)
      return { x: totalSteps === null ? [] : steps.map((step) => (step / totalSteps) * 100), y, gaps: [] }
    }
    case 'time': {
      const startMs = job.started_at === null ? (times[0] ?? 0) : Date.parse(job.started_at)
      return { x: times.map((ms) => ms - startMs), y, gaps: pausesOf(times) }
    }
  }
}

/** The lowest validation loss of a curve, and the step at which it was first reached; `null` before the first point. */
export function lowestOf(points: Points): { value: number; step: number } | null {
  const values = points.column('val_loss')
  if (values.length === 0) return null
  let lowest = 0
  for (let index = 1; index < values.length; index++) {
    if ((values[index] as number) < (values[lowest] as number)) lowest = index
  }
  return { value: values[lowest] as number, step: points.at('step', lowest) }
}
