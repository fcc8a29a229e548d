import type { ModelVersion } from '../../../client/index.ts'
import { type MetricValue, numberOf } from '../../../shared/metric-value.ts'
import { formatLoss, formatScore } from '../../i18n/format.ts'
import type { TextKey } from '../../i18n/text.ts'

/** A score by which versions are compared. */
export type Score = {
  name: 'precision' | 'recall' | 'f1' | 'accuracy' | 'loss' | 'valLoss'
  title: TextKey
  /** Decimals, as the API rounds. */
  digits: 3 | 4
  better: 'higher' | 'lower'
  /** The value; `null` if the job reported none; NaN or ±Infinity if it diverged. */
  of: (version: ModelVersion) => number | null
}

/** The scores, in the order in which they are shown. */
export const scores: readonly Score[] = [
  {
    name: 'precision',
    title: 'models.precision',
    digits: 3,
    better: 'higher',
    of: ({ metrics }) => numberOf(metrics.precision),
  },
  {
    name: 'recall',
    title: 'models.recall',
    digits: 3,
    better: 'higher',
    of: ({ metrics }) => numberOf(metrics.recall),
  },
  { name: 'f1', title: 'models.f1', digits: 3, better: 'higher', of: ({ metrics }) => numberOf(metrics.f1_score) },
  {
    name: 'accuracy',
    title: 'models.accuracy',
    digits: 3,
    better: 'higher',
    of: ({ metrics }) => numberOf(metrics.accuracy),
  },
  { name: 'loss', title: 'models.loss', digits: 4, better: 'lower', of: ({ metrics }) => last(metrics.loss_history) },
  {
    name: 'valLoss',
    title: 'models.valLoss',
    digits: 4,
    better: 'lower',
    of: ({ metrics }) => last(metrics.val_loss_history),
  },
]

/** A version's score, as it is shown. */
export const scoreText = ({ digits, of }: Score, version: ModelVersion): string =>
  digits === 4 ? formatLoss(of(version)) : formatScore(of(version))

/** The last that was reported. */
const last = (values: readonly (MetricValue | null)[]): number | null =>
  numberOf(values.findLast((value) => value !== null) ?? null)

/** The difference between two scores. */
export type Difference = { by: number; verdict: 'better' | 'worse' | 'same' }

/** The difference of two versions in a score, in the displayed digits; `null` when a value is missing or not finite. */
export function differenceOf(score: Score, version: ModelVersion, other: ModelVersion): Difference | null {
  const [value, otherValue] = [score.of(version), score.of(other)]
  if (value === null || otherValue === null || !Number.isFinite(value - otherValue)) return null
  const units = Math.round((value - otherValue) * 10 ** score.digits)
  const isBetter = score.better === 'higher' ? units > 0 : units < 0
  return { by: units / 10 ** score.digits, verdict: units === 0 ? 'same' : isBetter ? 'better' : 'worse' }
}
