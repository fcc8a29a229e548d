import { RUN_KEY_LENGTH_MAX, RUN_PARAM_LENGTH_MAX, RUN_TAG_LENGTH_MAX } from '../../platform/limits.ts'

/** What a client of somebody else's says of a job, beside what a runner reports: MLflow's run is the job. */

/** A value of a metric; `timestampMs`: Unix ms, by the client's clock. */
export type LoggedValue = { name: string; value: number; step: number; timestampMs: number }

/** What one request logs. */
export type RunLog = {
  /** `step`: `null` where the client names none, which is the last one that it was at. */
  values: readonly (Omit<LoggedValue, 'step'> & { step: number | null })[]
  /** The step that the client is at; missing: unknown. */
  step?: number | undefined
  /** Of the values; missing: unknown. */
  epoch?: number | undefined
  /** How many steps there will be; missing: unknown. */
  totalSteps?: number | undefined
  params: readonly (readonly [key: string, value: string])[]
  tags: readonly (readonly [key: string, value: string])[]
  /** Which of the values are also of a logged model, by its number; missing: none. */
  ofModels?: ReadonlyMap<number, readonly LoggedValue[]>
}

/** What a job shows of its run: parameters and tags by key, as many as fit, and how many values were not stored. */
export type RunData = {
  params: Readonly<Record<string, string>>
  tags: Readonly<Record<string, string>>
  notStored: number
  /** Whether there is more than it shows. */
  isCut?: boolean
  /** How often it has changed. */
  changes: number
}

export const noRun: RunData = { params: {}, tags: {}, notStored: 0, changes: 0 }

/** Whether a parameter or tag may have this name. */
export const isKey = (key: string): boolean => key !== '' && key.length <= RUN_KEY_LENGTH_MAX

type Entry = readonly [key: string, value: string]

/** A parameter, and a tag, with as much of its value as is kept. */
export const cutParam = ([key, value]: Entry): Entry => [key, cut(value, RUN_PARAM_LENGTH_MAX)]
export const cutTag = ([key, value]: Entry): Entry => [key, cut(value, RUN_TAG_LENGTH_MAX)]
// Half a character would not come back from the table as it was.
const cut = (value: string, length: number): string => value.slice(0, length).toWellFormed()
