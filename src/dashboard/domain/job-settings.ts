import type { JobSnapshot } from '../../client/index.ts'
import type { BundeslandCode } from '../../shared/bundeslaender.ts'
import { formatCount, formatNumber, noValue } from '../i18n/format.ts'
import { type TextKey, t } from '../i18n/text.ts'

/** A setting of a job. */
export type Setting = {
  name: string
  title: TextKey
  /** Equal in two jobs that have the same setting; `null`: the job has none. */
  of: (job: JobSnapshot) => string | number | boolean | null
  /** The displayed value; Bundesländer as codes, with their names for screen readers. */
  text: (job: JobSnapshot) => string | readonly BundeslandCode[]
}

export const settings: readonly Setting[] = [
  {
    name: 'model_type',
    title: 'job.modelType',
    of: ({ model_type }) => model_type,
    text: ({ model_type }) => t(`common.${model_type}`),
  },
  {
    name: 'bundeslaender',
    title: 'job.bundeslaender',
    of: ({ config }) => config.bundeslaender.toSorted().join(),
    text: ({ config }) => config.bundeslaender,
  },
  number(
    'documents',
    'columns.documents',
    ({ trainer, total_documents }) => (trainer === 'mlflow' ? null : total_documents),
    formatCount,
  ),
  configured('epochs', 'job.epochs', formatCount),
  configured('batch_size', 'job.batchSize', formatCount),
  configured('learning_rate', 'job.learningRate', formatNumber),
  configured('warmup_steps', 'job.warmupSteps', formatCount),
  configured('weight_decay', 'job.weightDecay', formatNumber),
  configured('gradient_accumulation', 'job.gradientAccumulation', formatCount),
  {
    name: 'mixed_precision',
    title: 'job.mixedPrecision',
    of: ({ trainer, config }) => (trainer === 'mlflow' ? null : config.mixed_precision),
    text: ({ trainer, config }) => (trainer === 'mlflow' ? noValue : t(config.mixed_precision ? 'job.yes' : 'job.no')),
  },
]

type Config = JobSnapshot['config']
type NumberName = { [K in keyof Config]: Config[K] extends number ? K : never }[keyof Config]

function number(
  name: string,
  title: TextKey,
  of: (job: JobSnapshot) => number | null,
  format: (value: number) => string,
): Setting {
  const text = (job: JobSnapshot) => {
    const value = of(job)
    return value === null ? noValue : format(value)
  }
  return { name, title, of, text }
}

/** What the job was created with. Of a run that a script has opened nobody has set anything: the API says 0. */
function configured(name: NumberName, title: TextKey, format: (value: number) => string): Setting {
  return number(
    name,
    title,
    ({ trainer, config }) => (trainer === 'mlflow' ? config[name] || null : config[name]),
    format,
  )
}

/** Whether the jobs differ in a setting, or in what a column shows. */
export const differs = ({ of }: Pick<Setting, 'of'>, jobs: readonly JobSnapshot[]): boolean =>
  new Set(jobs.map(of)).size > 1
