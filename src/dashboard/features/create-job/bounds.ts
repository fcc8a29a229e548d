import { jobSchema, type SchemaProperty } from 'virtual:job-schema'
import type { JobSnapshot } from '../../../client/index.ts'
import { MAX_ATTEMPTS_DEFAULT, MAX_ATTEMPTS_MAX } from '../../../platform/limits.ts'
import type { RequestedTrainer } from '../../../shared/trainers.ts'

export type JobConfig = JobSnapshot['config']

/** The body of a creation: a config, and who trains it. What only runners take is left out for others. */
export type JobRequest = JobConfig & {
  trainer?: RequestedTrainer
  max_attempts?: number
  params?: Record<string, string>
  resume_from?: { job_id: string; step?: number }
}
export type ModelType = JobConfig['model_type']

/** The fields that are numbers, in the order they are shown. */
export const numberFields = [
  'epochs',
  'batch_size',
  'learning_rate',
  'warmup_steps',
  'weight_decay',
  'gradient_accumulation',
] as const satisfies readonly (keyof JobConfig)[]
export type NumberField = (typeof numberFields)[number]

/** The values of a field that the API accepts, both ends included, and its default. */
export type NumberBounds = { whole: boolean; min: number; max: number; initial: number }

function property(name: keyof JobConfig): SchemaProperty {
  const schema = jobSchema.properties[name]
  if (schema === undefined) throw new Error(`The API has no field ${name}`)
  return schema
}

function numberBounds(name: NumberField): [NumberField, NumberBounds] {
  const { type, minimum, maximum, default: initial } = property(name)
  return [name, { whole: type === 'integer', min: Number(minimum), max: Number(maximum), initial: Number(initial) }]
}

export const bounds = Object.fromEntries(numberFields.map(numberBounds)) as Record<NumberField, NumberBounds>

/** Code points of a tidied name. */
export const nameLengthMax = property('name').maxLength ?? Infinity

const modelType = property('model_type')
export const modelTypes = modelType.enum as ModelType[]
export const initialModelType = modelType.default as ModelType

/** Bundesländer at least. */
export const bundeslaenderMin = property('bundeslaender').minItems ?? 0

export const initialMixedPrecision = property('mixed_precision').default === true

export const attemptsBounds: NumberBounds = {
  whole: true,
  min: 1,
  max: MAX_ATTEMPTS_MAX,
  initial: MAX_ATTEMPTS_DEFAULT,
}
