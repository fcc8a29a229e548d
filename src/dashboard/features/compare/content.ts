import { STEPS_PER_EPOCH } from '../../../shared/steps.ts'
import type { ChartContent, Mark, Values } from '../../chart/types.ts'
import { emptySamples, type Points, type Samples } from '../../live/series.ts'
import type { Alignment, Measure } from './address.ts'
import type { ComparedJob } from './compared-jobs.ts'
import { type Line, overlay } from './overlay.ts'
import { pausesOf } from './pauses.ts'

/** A job and its points so far, and what is known of its accuracy: `null` while another measure is shown. */
export type Charted = { job: ComparedJob['job']; points: Points; samples: Samples | null; isHidden: boolean }

/** What each point has a value of. */
type PointMeasure = Exclude<Measure, 'accuracy'>

/** The curves of jobs over each other. A hidden one keeps its place on the x axis, so that nothing jumps. */
export function contentOf(charted: readonly Charted[], measure: Measure, alignment: Alignment): ChartContent {
  if (alignment === 'step' && measure !== 'accuracy') return byStep(charted, measure)
  const { x, curves } = overlay(charted.map((one) => lineOf(one, measure, alignment)))
  return {
    x,
    curves: curves.map((values, index) => (charted[index]?.isHidden ? [] : values)),
    marks: alignment === 'step' ? epochsUpTo((x.at(-1) ?? 0) + 1) : [],
    xRange: alignment === 'progress' ? [0, 100] : null,
  }
}

/** Point k is step k in every job, so the curves lie over each other as they are. */
function byStep(charted: readonly Charted[], measure: PointMeasure): ChartContent {
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

function lineOf({ job, ...charted }: Charted, measure: Measure, alignment: Alignment): Line {
  const { steps, times, y } = columnsOf(charted, measure)
  if (alignment === 'step') return { x: steps, y, gaps: [] }
  if (alignment === 'progress') {
    const whole = job.total_epochs * STEPS_PER_EPOCH
    return { x: steps.map((step) => (step / whole) * 100), y, gaps: [] }
  }
  const startMs = job.started_at === null ? (times[0] ?? 0) : Date.parse(job.started_at)
  return { x: times.map((ms) => ms - startMs), y, gaps: pausesOf(times) }
}

function columnsOf({ points, samples }: Pick<Charted, 'points' | 'samples'>, measure: Measure) {
  if (measure !== 'accuracy')
    return { steps: points.column('step'), times: points.column('timestamp'), y: points.column(measure) }
  const known = samples ?? emptySamples()
  return { steps: known.column('step'), times: known.column('timestamp'), y: known.column('accuracy') }
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
