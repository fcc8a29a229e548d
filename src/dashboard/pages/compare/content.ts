import type { ChartContent, Mark, Values } from '../../chart/types.ts'
import type { Points } from '../../live/series.ts'
import type { Alignment, Measure } from './address.ts'
import type { ComparedJob } from './compared-jobs.ts'
import { type Line, overlay } from './overlay.ts'
import { pausesOf } from './pauses.ts'

/** Steps of an epoch, as the API documents them. */
export const STEPS_PER_EPOCH = 100

/** A job and its points so far. */
export type Charted = { job: ComparedJob['job']; points: Points; isHidden: boolean }

/** The curves of jobs over each other. A hidden one keeps its place on the x axis, so that nothing jumps. */
export function contentOf(charted: readonly Charted[], measure: Measure, alignment: Alignment): ChartContent {
  if (alignment === 'step') return byStep(charted, measure)
  const { x, curves } = overlay(charted.map((one) => lineOf(one, measure, alignment)))
  return {
    x,
    curves: curves.map((values, index) => (charted[index]?.isHidden ? [] : values)),
    marks: [],
    xRange: alignment === 'progress' ? [0, 100] : null,
  }
}

/** Point k is step k in every job, so the curves lie over each other as they are. */
function byStep(charted: readonly Charted[], measure: Measure): ChartContent {
  const longest = charted.reduce((a, b) => (b.points.length > a.points.length ? b : a))
  return {
    x: longest.points.column('step'),
    curves: charted.map(({ points, isHidden }) =>
      isHidden ? [] : filled(points.column(measure), longest.points.length),
    ),
    marks: epochsUpTo(longest.points.length),
    xRange: null,
  }
}

/** A curve that says of each step that it has no value there: what is merely shorter is taken for its last one. */
const filled = (values: Values, length: number): Values =>
  values.length === length ? values : Array.from({ length }, (_, step) => values[step] ?? null)

function epochsUpTo(steps: number): Mark[] {
  const epochs = Math.ceil(steps / STEPS_PER_EPOCH)
  return Array.from({ length: Math.max(0, epochs - 1) }, (_, index) => ({
    kind: 'epoch',
    from: (index + 1) * STEPS_PER_EPOCH,
  }))
}

function lineOf({ job, points }: Charted, measure: Measure, alignment: 'time' | 'progress'): Line {
  const y = points.column(measure)
  if (alignment === 'progress') {
    const steps = job.total_epochs * STEPS_PER_EPOCH
    return { x: points.column('step').map((step) => (step / steps) * 100), y, gaps: [] }
  }
  const times = points.column('timestamp')
  const startMs = job.started_at === null ? (times[0] ?? 0) : Date.parse(job.started_at)
  return { x: times.map((ms) => ms - startMs), y, gaps: pausesOf(times) }
}

/** The lowest validation loss of a curve, and the step at which it was first reached; `null` before the first point. */
export function lowestOf(points: Points): { value: number; step: number } | null {
  const values = points.column('val_loss')
  if (values.length === 0) return null
  let step = 0
  for (let index = 1; index < values.length; index++) {
    if ((values[index] as number) < (values[step] as number)) step = index
  }
  return { value: values[step] as number, step }
}
