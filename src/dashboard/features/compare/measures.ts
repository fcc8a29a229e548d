import type { JobSnapshot } from '../../../client/index.ts'
import { reportedNames } from '../../../shared/metric-names.ts'

/** The metrics that every point has a field for. */
export const usualMeasures = ['val_loss', 'loss', 'accuracy', 'learning_rate'] as const
export type UsualMeasure = (typeof usualMeasures)[number]

export const isUsual = (name: string): name is UsualMeasure => usualMeasures.some((usual) => usual === name)

/** What a job's trainer calls a metric: by its own name, or another that means the same. */
export function nameIn({ summary }: Pick<JobSnapshot, 'summary'>, name: string): string {
  return Object.hasOwn(summary, name) ? name : (reportedNames(name, Object.keys(summary))[0] ?? name)
}
