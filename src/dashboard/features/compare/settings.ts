import type { JobSnapshot } from '../../../client/index.ts'
import type { BundeslandCode } from '../../../shared/bundeslaender.ts'
import { formatCount, formatNumber } from '../../i18n/format.ts'
import { type TextKey, t } from '../../i18n/text.ts'

/** A setting of a job. */
export type Setting = {
  name: string
  title: TextKey
  /** Equal in two jobs that have the same setting. */
  of: (job: JobSnapshot) => string | number | boolean
  /** The displayed value; Bundesländer as codes, with their names for screen readers. */
  text: (job: JobSnapshot) => string | readonly BundeslandCode[]
}

export const settings: readonly Setting[] = [
  setting('model_type', 'job.modelType', ({ model_type }) => t(`common.${model_type}`)),
  {
    name: 'bundeslaender',
    title: 'job.bundeslaender',
    of: ({ config }) => config.bundeslaender.toSorted().join(),
    text: ({ config }) => config.bundeslaender,
  },
  {
    name: 'documents',
    title: 'compare.documents',
    of: (job) => job.total_documents,
    text: (job) => formatCount(job.total_documents),
  },
  setting('epochs', 'job.epochs', ({ epochs }) => formatCount(epochs)),
  setting('batch_size', 'job.batchSize', ({ batch_size }) => formatCount(batch_size)),
  setting('learning_rate', 'job.learningRate', ({ learning_rate }) => formatNumber(learning_rate)),
  setting('warmup_steps', 'job.warmupSteps', ({ warmup_steps }) => formatCount(warmup_steps)),
  setting('weight_decay', 'job.weightDecay', ({ weight_decay }) => formatNumber(weight_decay)),
  setting('gradient_accumulation', 'job.gradientAccumulation', (config) => formatCount(config.gradient_accumulation)),
  setting('mixed_precision', 'job.mixedPrecision', ({ mixed_precision }) => t(mixed_precision ? 'job.yes' : 'job.no')),
]

type Config = JobSnapshot['config']

function setting(
  name: Exclude<keyof Config, 'name' | 'bundeslaender'>,
  title: TextKey,
  text: (config: Config) => string,
): Setting {
  return { name, title, of: ({ config }) => config[name], text: ({ config }) => text(config) }
}

/** Whether the jobs differ in a setting. */
export const differs = ({ of }: Setting, jobs: readonly JobSnapshot[]): boolean => new Set(jobs.map(of)).size > 1
