import type { JobSnapshot } from '../../client/index.ts'
import { SUMMARY_METRICS_MAX } from '../../platform/limits.ts'
import type { BundeslandCode } from '../../shared/bundeslaender.ts'
import { type NamedMetric, nameOf, namesOfFields } from '../../shared/metric-names.ts'
import { type MetricValue, numberOf } from '../../shared/metric-value.ts'
import { columns as de } from '../i18n/de/columns.ts'
import { columns as en } from '../i18n/en/columns.ts'
import { noValue } from '../i18n/format.ts'
import { addTexts, type TextKey, t } from '../i18n/text.ts'
import { actorNamed } from './actor.ts'
import { settings } from './job-settings.ts'
import { metricText } from './metric-text.ts'

addTexts({ en: { columns: en }, de: { columns: de } })

/** What of a metric's values a column shows. */
export const picks = ['latest', 'best', 'lowest', 'highest'] as const
export type Pick = (typeof picks)[number]

/** Where a column is offered. */
export type ColumnGroup = 'settings' | 'params' | 'metrics'

/** A column of a table of jobs. */
export type JobColumn = {
  /** Its kind and its name, as it is stored: `setting:epochs`, `param:seed`, `lowest:eval_loss`. */
  key: string
  group: ColumnGroup
  title: string
  isNumber: boolean
  /** `null`: the job has no such value. NaN and ±Infinity are values. */
  of: (job: JobSnapshot) => string | number | boolean | null
  /** As it is shown; Bundesländer as codes. */
  text: (job: JobSnapshot) => string | readonly BundeslandCode[]
  /** Why a value is not shown although the job may have one; `null`: there is no such reason. */
  lack: (job: JobSnapshot) => string | null
}

type Plain = { name: string; title: TextKey; text: (job: JobSnapshot) => string | null }

/** What is no setting, and asked for among them. */
const others: readonly Plain[] = [
  { name: 'trainer', title: 'columns.trainer', text: ({ trainer }) => trainerName(trainer) },
  { name: 'runner', title: 'columns.runner', text: ({ attempt }) => attempt?.runner || null },
  { name: 'attempts', title: 'columns.attempts', text: ({ attempt }) => (attempt ? String(attempt.number) : null) },
  { name: 'created_by', title: 'columns.creator', text: ({ created_by }) => actorNamed(created_by) },
]

const trainers = {
  simulated: 'columns.trainerSimulated',
  runner: 'columns.trainerRunner',
  mlflow: 'columns.trainerMlflow',
} as const satisfies Record<JobSnapshot['trainer'], TextKey>

/** What those who train a job are called. */
export const trainerName = (trainer: JobSnapshot['trainer']): string => t(trainers[trainer])

/** The column of a key; `null`: there is none (a key that somebody has stored, and that no longer exists). */
export function columnOf(key: string): JobColumn | null {
  const colon = key.indexOf(':')
  const [kind, name] = [key.slice(0, colon), key.slice(colon + 1)]
  if (colon < 1 || name === '') return null
  if (kind === 'setting') return settingColumn(key, name)
  if (kind === 'param') return paramColumn(key, name)
  const pick = picks.find((one) => one === kind)
  return pick === undefined ? null : metricColumn(key, name, pick)
}

function settingColumn(key: string, name: string): JobColumn | null {
  const base = { key, group: 'settings', lack: () => null } as const
  const setting = settings.find((one) => one.name === name)
  if (setting !== undefined) {
    const { of, text, title } = setting
    return { ...base, title: t(title), of, text, isNumber: numberSettings.has(name) }
  }
  const other = others.find((one) => one.name === name)
  if (other === undefined) return null
  return { ...base, title: t(other.title), isNumber: false, of: other.text, text: (job) => other.text(job) ?? noValue }
}

const numberSettings: ReadonlySet<string> = new Set([
  ...['documents', 'epochs', 'batch_size', 'learning_rate'],
  ...['warmup_steps', 'weight_decay', 'gradient_accumulation'],
])

/** As given at creation, or else as the script has logged it. */
function paramColumn(key: string, name: string): JobColumn {
  const of = ({ params, run_params }: JobSnapshot) => own(params, name) ?? own(run_params, name) ?? null
  return {
    ...{ key, group: 'params', title: name, isNumber: false },
    ...{ of, text: (job) => of(job) ?? noValue, lack: () => null },
  }
}

function metricColumn(key: string, name: string, pick: Pick): JobColumn {
  const of = (job: JobSnapshot) => numberOf(metricOf(job, name, pick))
  return {
    ...{ key, group: 'metrics', isNumber: true },
    title: t(`columns.${pick}Of`, { name: metricName(name) }),
    ...{ of, text: (job) => metricText(name, of(job)) },
    lack: (job) =>
      of(job) === null && Object.keys(job.summary).length >= SUMMARY_METRICS_MAX
        ? t('columns.unlisted', { max: SUMMARY_METRICS_MAX })
        : null,
  }
}

/** A metric by its name, or if a field of jobs is called so, by whatever name the trainer gives that. */
function metricOf(job: JobSnapshot, name: string, pick: Pick): MetricValue | null {
  const field = isField(name) ? name : null
  const reported = Object.hasOwn(job.summary, name) ? name : field && nameOf(job.summary, field)
  if (reported !== null) return job.summary[reported]?.[pick] ?? null
  return field === null || pick !== 'latest' || job.started_at === null ? null : fields[field](job)
}

/** The metrics that a job has fields for: of a simulated one these are all that there is. */
const fields: Record<NamedMetric, (job: JobSnapshot) => MetricValue | null> = {
  val_loss: ({ val_loss }) => val_loss,
  loss: ({ loss }) => loss,
  learning_rate: ({ learning_rate }) => learning_rate,
  accuracy: ({ metrics }) => metrics.accuracy,
  precision: ({ metrics }) => metrics.precision,
  recall: ({ metrics }) => metrics.recall,
  f1_score: ({ metrics }) => metrics.f1_score,
}

const fieldTitles: Record<NamedMetric, TextKey> = {
  val_loss: 'columns.val_loss',
  loss: 'columns.loss',
  learning_rate: 'columns.learning_rate',
  accuracy: 'columns.accuracy',
  precision: 'models.precision',
  recall: 'models.recall',
  f1_score: 'models.f1',
}

/** What a metric is called: by the name that the trainer gives it, or as pages call those of every job. */
export const metricName = (name: string): string => (isField(name) ? t(fieldTitles[name]) : name)

const isField = (name: string): name is NamedMetric => Object.hasOwn(fields, name)

const own = (record: Readonly<Record<string, string>>, name: string): string | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined

/** The names of what some jobs have, by which columns are offered. */
export function namesIn(jobs: readonly JobSnapshot[]): Record<ColumnGroup, string[]> {
  const sorted = (names: string[]) => [...new Set(names)].sort((a, b) => a.localeCompare(b))
  const reported = jobs.flatMap(({ summary }) => Object.keys(summary))
  const named = new Set(jobs.flatMap(({ summary }) => namesOfFields(summary)))
  const isSimulated = jobs.some(({ trainer }) => trainer === 'simulated')
  return {
    settings: [...settings.map(({ name }) => name), ...others.map(({ name }) => name)],
    params: sorted(jobs.flatMap(({ params, run_params }) => [...Object.keys(params), ...Object.keys(run_params)])),
    metrics: [
      ...Object.keys(fields).filter((field) => isSimulated || reported.includes(field)),
      ...sorted([...named].filter((name) => !isField(name))),
      ...sorted(reported.filter((name) => !named.has(name) && !isField(name))),
    ],
  }
}
