import type { JobSnapshot } from '../../../client/index.ts'
import { PARAMS_MAX } from '../../../platform/limits.ts'
import { type BundeslandCode, bundeslandCodes } from '../../../shared/bundeslaender.ts'
import { type RequestedTrainer, trainerKinds } from '../../../shared/trainers.ts'
import {
  attemptsBounds,
  bounds,
  initialMixedPrecision,
  initialModelType,
  type ModelType,
  modelTypes,
  type NumberField,
  nameLengthMax,
  numberFields,
} from './bounds.ts'
import { typedNumber } from './numbers.ts'

/** A parameter for the training script, as typed. */
export type ParamRow = { name: string; value: string }

/** A checkpoint to start from; an empty `job_id`: none is chosen yet; `step` `null`: the job's last one. */
export type Resume = { job_id: string; step: number | null }

/** What only jobs for runners have. */
export type RunnerSettings = { params: ParamRow[]; max_attempts: string; resume_from: Resume | null }

/** The content of the form; numbers as typed. */
export type Draft = Record<NumberField, string> &
  RunnerSettings & {
    name: string
    model_type: ModelType
    /** `null`: not chosen, so that the service decides. */
    trainer: RequestedTrainer | null
    bundeslaender: BundeslandCode[]
    mixed_precision: boolean
  }

export type FieldName = keyof Draft

const initialNumbers = () =>
  Object.fromEntries(numberFields.map((field) => [field, typedNumber(bounds[field].initial)])) as Record<
    NumberField,
    string
  >

/** An empty form: the API's defaults. */
export const emptyDraft = (): Draft => ({
  name: '',
  model_type: initialModelType,
  trainer: null,
  bundeslaender: [],
  mixed_precision: initialMixedPrecision,
  params: [],
  max_attempts: typedNumber(attemptsBounds.initial),
  resume_from: null,
  ...initialNumbers(),
})

/** What a job has that another is to be like. */
export type Like = Pick<JobSnapshot, 'config' | 'trainer' | 'params' | 'max_attempts'>

/** A form for a job like another one, but from the beginning. */
export function draftLike({ config, trainer, params, max_attempts }: Like): Draft {
  const numbers = numberFields.map((field) => [field, typedNumber(config[field])])
  return {
    name: nextName(config.name),
    model_type: config.model_type,
    bundeslaender: [...config.bundeslaender],
    mixed_precision: config.mixed_precision,
    // Nobody can be asked to open a run by themselves.
    trainer: trainer === 'mlflow' ? null : trainer,
    params: Object.entries(params).map(([name, value]) => ({ name, value })),
    max_attempts: typedNumber(max_attempts),
    resume_from: null,
    ...(Object.fromEntries(numbers) as Record<NumberField, string>),
  }
}

/** The defaults of the advanced settings. */
export function advancedDefaults(): Partial<Draft> {
  const { epochs: _, ...numbers } = initialNumbers()
  return { ...numbers, mixed_precision: initialMixedPrecision }
}

/** A draft from storage, perhaps of another version of this page; `null` if it is not one. */
export function readDraft(stored: unknown): Draft | null {
  if (typeof stored !== 'object' || stored === null) return null
  const fields = stored as Record<string, unknown>
  const draft = emptyDraft()
  for (const field of ['name', 'max_attempts', ...numberFields] as const) {
    if (typeof fields[field] === 'string') draft[field] = fields[field]
  }
  draft.model_type = modelTypes.find((type) => type === fields.model_type) ?? draft.model_type
  draft.mixed_precision = fields.mixed_precision === true
  draft.trainer = trainerKinds.find((kind) => kind === fields.trainer) ?? null
  draft.params = Array.isArray(fields.params) ? fields.params.filter(isParamRow).slice(0, PARAMS_MAX) : []
  draft.resume_from = isResume(fields.resume_from) ? fields.resume_from : null
  const codes: unknown[] = Array.isArray(fields.bundeslaender) ? fields.bundeslaender : []
  draft.bundeslaender = bundeslandCodes.filter((code) => codes.includes(code))
  return draft
}

const isParamRow = (stored: unknown): stored is ParamRow => {
  const { name, value } = Object(stored)
  return typeof name === 'string' && typeof value === 'string'
}

const isResume = (stored: unknown): stored is Resume => {
  const { job_id, step } = Object(stored)
  return typeof job_id === 'string' && (step === null || Number.isSafeInteger(step))
}

/** A name for a duplicate: „Zeugnis Bayern“, „Zeugnis Bayern (2)“, „Zeugnis Bayern (3)“. */
export function nextName(name: string): string {
  const [, base = name, count = '1'] = /^(.*?)(?: \((\d{1,4})\))?$/su.exec(name) ?? []
  const suffix = ` (${Number(count) + 1})`
  return [...base].slice(0, nameLengthMax - suffix.length).join('') + suffix
}
