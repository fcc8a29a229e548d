import type { FoundModel } from '../../jobs/logged-models.ts'
import type { LoggedModel, ModelMetric } from '../../jobs/rules/logged-model.ts'
import type { LoggedValue } from '../../jobs/rules/run.ts'
import type { RunRecord, ValuesPage } from '../../jobs/runs.ts'
import { metricValueOf } from '../../shared/metric-value.ts'
import { modelId } from './model-id.ts'

/** Jobs as MLflow's client expects runs. */

/** The experiments that there always are: MLflow's default one, and one for each model type. */
export const DEFAULT_EXPERIMENT = { id: '0', name: 'Default' }
export const modelTypeExperiments: Readonly<Record<string, string>> = { zeugnis: '1', klausur: '2', general: '3' }

const statuses = {
  queued: 'RUNNING',
  preparing: 'RUNNING',
  training: 'RUNNING',
  validating: 'RUNNING',
  paused: 'RUNNING',
  completed: 'FINISHED',
  failed: 'FAILED',
  cancelled: 'KILLED',
} as const

/** The tag that names a run. */
export const NAME_TAG = 'mlflow.runName'

/** The id of a run's experiment. */
export const experimentOf = ({ job, experiment }: Pick<RunRecord, 'job' | 'experiment'>): string =>
  experiment === null ? (modelTypeExperiments[job.model_type] ?? '0') : String(experiment.id)

/** The head of a run. */
export function infoShown(record: Pick<RunRecord, 'job' | 'experiment' | 'told' | 'tags' | 'isDeleted'>) {
  const { job, told } = record
  const experimentId = experimentOf(record)
  const tags = new Map(record.tags)
  return {
    run_uuid: job.id,
    run_id: job.id,
    experiment_id: experimentId,
    run_name: tags.get(NAME_TAG) || job.name,
    // Of a run that a script has opened, its attempt names whom the client said.
    user_id: tags.get('mlflow.user') ?? (job.trainer === 'mlflow' ? job.attempt?.runner : job.created_by) ?? '',
    status: statuses[job.status],
    start_time: told.startMs ?? Date.parse(job.started_at ?? job.created_at),
    ...(job.completed_at === null ? {} : { end_time: told.endMs ?? Date.parse(job.completed_at) }),
    artifact_uri: `mlflow-artifacts:/${experimentId}/${job.id}/artifacts`,
    lifecycle_stage: record.isDeleted ? 'deleted' : 'active',
  }
}

/** A run, whole. */
export function runShown(record: RunRecord) {
  const tags: [string, string][] = record.tags.map(([key, value]) => [key, value])
  if (!tags.some(([key]) => key === NAME_TAG)) tags.push([NAME_TAG, record.job.name])
  return {
    info: infoShown(record),
    data: {
      metrics: record.metrics.map(valueShown),
      params: record.params.map(entryShown),
      tags: tags.map(entryShown),
    },
    inputs: {
      ...(record.inputs.length === 0 ? {} : { dataset_inputs: record.inputs }),
      ...(record.inputModels.length === 0 ? {} : { model_inputs: record.inputModels }),
    },
    outputs: record.outputs.length === 0 ? {} : { model_outputs: record.outputs },
  }
}

const modelStatuses = {
  pending: 'LOGGED_MODEL_PENDING',
  ready: 'LOGGED_MODEL_READY',
  failed: 'LOGGED_MODEL_UPLOAD_FAILED',
} as const satisfies Partial<Record<LoggedModel['status'], string>>

type ShownStatus = keyof typeof modelStatuses

/** The status of a logged model, as the wire numbers or names it; `null`: it is unknown. */
export const modelStatusIn = (text: string): ShownStatus | null =>
  (Object.entries(modelStatuses) as [ShownStatus, string][]).find(([, name], i) =>
    [name, String(i + 1)].includes(text),
  )?.[0] ?? null

/** A model that a run has logged. */
export function loggedModelShown({ runId, experimentId: own, modelType, model }: FoundModel) {
  const id = modelId(runId, model.number)
  const experimentId = own === null ? (modelTypeExperiments[modelType] ?? DEFAULT_EXPERIMENT.id) : String(own)
  return {
    info: {
      model_id: id,
      experiment_id: experimentId,
      name: model.name,
      creation_timestamp_ms: model.createdMs,
      last_updated_timestamp_ms: model.updatedMs,
      artifact_uri: `mlflow-artifacts:/${experimentId}/models/${id}/artifacts`,
      // One that is deleted is not shown.
      status: modelStatuses[model.status as ShownStatus],
      model_type: model.type,
      source_run_id: runId,
      tags: model.tags.map(entryShown),
    },
    data: {
      params: model.params.map(entryShown),
      ...(model.metrics === undefined ? {} : { metrics: model.metrics.map((one) => ofModel(one, id, runId)) }),
    },
  }
}

const ofModel = ({ name, value, step, timestampMs }: ModelMetric, id: string, runId: string) => {
  return { key: name, value, timestamp: timestampMs, step, model_id: id, run_id: runId }
}

export const entryShown = ([key, value]: readonly [string, string]) => ({ key, value })

/** A value of a metric. */
export const valueShown = ({ name, value, step, timestampMs }: LoggedValue) => ({
  key: name,
  value: metricValueOf(value),
  timestamp: timestampMs,
  step,
})

/** A page of a metric's values as JSON, written as text: there are often tens of thousands. `from`: the place of its first. */
export function historyText(metric: string, { steps, times, values, total }: ValuesPage, from: number): string {
  const key = JSON.stringify(metric)
  let shown = ''
  for (const [i, value] of values.entries()) {
    const text = Number.isFinite(value) ? value : `"${value}"`
    shown += `${i === 0 ? '' : ','}{"key":${key},"value":${text},"timestamp":${times[i]},"step":${steps[i]}}`
  }
  const next = from + values.length
  const token = values.length > 0 && next < total ? `,"next_page_token":"${next}"` : ''
  return `{"metrics":[${shown}]${token}}`
}
