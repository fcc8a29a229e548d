import { numberOf } from '../../../shared/metric-value.ts'
import { formatClock, formatCount, formatLoss, formatScore } from '../../i18n/format.ts'
import type { TextKey } from '../../i18n/text.ts'
import { stepsBegun } from '../../live/series.ts'
import { hasBegun } from '../../live/state.ts'
import { lowestOf } from './content.ts'
import { type Trained, totalStepsOf } from './trained.ts'

/** A result of a job so far. */
export type Result = {
  title: TextKey
  /** `null` where there is none yet. */
  of: (trained: Trained) => number | null
  format: (value: number, trained: Trained) => string
  /** Which value is best; none if missing. */
  best?: 'higher' | 'lower'
}

const score = (name: 'precision' | 'recall' | 'f1_score' | 'accuracy', title: TextKey): Result => ({
  title,
  of: ({ job }) => (hasBegun(job) ? numberOf(job.metrics[name]) : null),
  format: formatScore,
  best: 'higher',
})

export const results: readonly Result[] = [
  {
    title: 'columns.val_loss',
    of: ({ job, event }) => (hasBegun(job) ? numberOf(event?.metrics.val_loss ?? job.val_loss) : null),
    format: formatLoss,
    best: 'lower',
  },
  { title: 'compare.lowest', of: ({ points }) => lowestOf(points)?.value ?? null, format: formatLoss, best: 'lower' },
  {
    title: 'compare.lowestAt',
    of: ({ points }) => lowestOf(points)?.step ?? null,
    format: (step) => formatCount(step),
  },
  {
    title: 'columns.loss',
    of: ({ job, event }) => (hasBegun(job) ? numberOf(event?.metrics.loss ?? job.loss) : null),
    format: formatLoss,
    best: 'lower',
  },
  score('precision', 'models.precision'),
  score('recall', 'models.recall'),
  score('f1_score', 'models.f1'),
  score('accuracy', 'models.accuracy'),
  {
    title: 'compare.steps',
    // The number is unknown before the first event of the stream.
    of: ({ points, event }) => (event === null && points.length === 0 ? null : stepsBegun(points)),
    format: stepsText,
  },
  { title: 'job.trained', of: ({ event }) => event?.elapsed_time_ms ?? null, format: formatClock },
]

function stepsText(steps: number, trained: Trained): string {
  const totalSteps = totalStepsOf(trained)
  return totalSteps === null ? formatCount(steps) : `${formatCount(steps)} / ${formatCount(totalSteps)}`
}

/** The indexes of the best values: none while fewer than two are known, or when all are the same. NaN is not known. */
export function bestOf(values: readonly (number | null)[], best: Result['best']): ReadonlySet<number> {
  const numbers = values.filter((value) => value !== null).filter((value) => !Number.isNaN(value))
  if (best === undefined || new Set(numbers).size < 2) return new Set()
  const winner = best === 'higher' ? Math.max(...numbers) : Math.min(...numbers)
  return new Set(values.flatMap((value, index) => (value === winner ? [index] : [])))
}
