import { MODEL_METRICS_MAX, RUN_ITEM_LENGTH_MAX, RUN_PARAMS_MAX, RUN_TAGS_MAX } from '../../platform/limits.ts'
import { type MetricValue, metricValueOf } from '../../shared/metric-value.ts'
import { cutParam, cutTag, isKey, type LoggedValue } from './run.ts'

type Entry = readonly [key: string, value: string]

/** A model that a client has logged of a run: what it says of it. Its files are among those of the job. */
export type LoggedModel = {
  /** Counted within its run, from 1. */
  number: number
  name: string
  /** One that is deleted is shown to nobody; its files stay, since versions may be of them. */
  status: 'pending' | 'ready' | 'failed' | 'deleted'
  createdMs: number
  /** Rises with each change, so that of two states the later one is known. */
  updatedMs: number
  /** In the client's own words. */
  type: string
  params: Entry[]
  tags: Entry[]
  /** The latest value of each metric that is said to be of the model; missing: there are none. */
  metrics?: ModelMetric[]
}

/** The latest value of a metric of a model, as JSON has it. */
export type ModelMetric = Omit<LoggedValue, 'value'> & { value: MetricValue }

/** A model with values that came; the same one if it has them, or later ones. */
export function measuredModel(model: LoggedModel, values: readonly LoggedValue[]): LoggedModel {
  const { metrics = [] } = model
  const latest = new Map(metrics.map((metric) => [metric.name, metric]))
  let isChanged = false
  for (const value of values) {
    const known = latest.get(value.name)
    const isLater =
      known === undefined
        ? latest.size < MODEL_METRICS_MAX && isKey(value.name)
        : value.step > known.step || (value.step === known.step && value.timestampMs > known.timestampMs)
    if (!isLater) continue
    latest.set(value.name, { ...value, value: metricValueOf(value.value) })
    isChanged = true
  }
  return isChanged ? { ...model, metrics: [...latest.values()] } : model
}

/** A model that a client begins to log. */
export type NewLoggedModel = Pick<LoggedModel, 'name' | 'type'> & { params: readonly Entry[]; tags: readonly Entry[] }

/** What is changed of a logged model; what is missing stays. */
export type ModelChange = {
  status?: LoggedModel['status']
  params?: readonly Entry[]
  tags?: readonly Entry[]
  /** The tag that is removed. */
  untagged?: string
}

/** A model before anything of it has come. */
export const pendingModel = (number: number, { name, type }: NewLoggedModel, nowMs: number): LoggedModel => ({
  ...{ number, name, type, status: 'pending', createdMs: nowMs, updatedMs: 0 },
  ...{ params: [], tags: [] },
})

/** A model after a change, and how many of the entries were beyond the bounds and are not in it. */
export function changedModel(
  model: LoggedModel,
  { status = model.status, params = [], tags = [], untagged }: ModelChange,
  nowMs: number,
): { model: LoggedModel; dropped: number } {
  const room = { length: RUN_ITEM_LENGTH_MAX - JSON.stringify(model).length, dropped: 0 }
  const withParams = merged(model.params, params, RUN_PARAMS_MAX, cutParam, room)
  const withTags = merged(model.tags, tags, RUN_TAGS_MAX, cutTag, room).filter(([key]) => key !== untagged)
  const updatedMs = Math.max(nowMs, model.updatedMs + 1)
  // A word of its client does not bring back what an administrator has deleted.
  const changed = {
    ...model,
    status: model.status === 'deleted' ? model.status : status,
    updatedMs,
    params: withParams,
    tags: withTags,
  }
  return { model: changed, dropped: room.dropped }
}

/** Entries with others in place of those of the same key, as long as there is room. */
function merged(
  entries: readonly Entry[],
  sent: readonly Entry[],
  countMax: number,
  cut: (entry: Entry) => Entry,
  room: { length: number; dropped: number },
): Entry[] {
  const all = new Map(entries)
  for (const [key, value] of sent.map(cut)) {
    const length = JSON.stringify([key, value]).length + 1
    const hasRoom = length <= room.length && (all.has(key) || all.size < countMax)
    if (isKey(key) && hasRoom) {
      all.set(key, value)
      room.length -= length
    } else room.dropped++
  }
  return [...all]
}
