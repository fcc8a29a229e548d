import { tidyName } from '../../../platform/name.ts'
import { nameError } from '../../domain/name-error.ts'
import { formatNumber } from '../../i18n/format.ts'
import { t } from '../../i18n/text.ts'
import {
  bounds,
  bundeslaenderMin,
  type JobRequest,
  type NumberBounds,
  type NumberField,
  nameLengthMax,
  numberFields,
} from './bounds.ts'
import type { Draft, FieldName, RunnerSettings } from './draft.ts'
import { parseNumber } from './numbers.ts'

/** Errors by field, in the page's language and in the order of the form. */
export type Errors = ReadonlyMap<FieldName, string>

/** Every field, in the order of the form. */
export const fieldNames = [
  'name',
  'model_type',
  'epochs',
  'trainer',
  'resume_from',
  'params',
  'max_attempts',
  'bundeslaender',
  'batch_size',
  'learning_rate',
  'warmup_steps',
  'weight_decay',
  'gradient_accumulation',
  'mixed_precision',
] as const satisfies readonly FieldName[]

/** What is known of jobs for runners: loaded with the part of the form that shows it. */
export type ForRunners = {
  /** What is wrong with a field; `null`: nothing. */
  errorOf: (field: keyof RunnerSettings, draft: Draft) => string | null
  /** What a valid form asks for. */
  requestOf: (draft: Draft) => Partial<JobRequest>
}

/**
 * Checks the input by the API's own bounds. Empty: the API will accept it.
 *
 * @param forRunners `null`: not loaded yet; a job for runners cannot be checked, nor asked for, without it
 */
export function check(draft: Draft, forRunners: ForRunners | null): Errors {
  const errors = new Map<FieldName, string>()
  for (const field of fieldNames) {
    const error = isOfRunners(field)
      ? draft.trainer === 'runner' && forRunners !== null
        ? forRunners.errorOf(field, draft)
        : null
      : errorOf(field, draft)
    if (error !== null) errors.set(field, error)
  }
  return errors
}

const runnerFields = ['resume_from', 'params', 'max_attempts'] as const satisfies readonly (keyof RunnerSettings)[]
const isOfRunners = (field: FieldName): field is keyof RunnerSettings =>
  (runnerFields as readonly FieldName[]).includes(field)

/** The request of a valid form. */
export function requestOf(draft: Draft, forRunners: ForRunners | null): JobRequest {
  const numbers = numberFields.map((field) => [field, parseNumber(draft[field], bounds[field])])
  return {
    name: tidyName(draft.name),
    model_type: draft.model_type,
    bundeslaender: draft.bundeslaender,
    mixed_precision: draft.mixed_precision,
    ...(Object.fromEntries(numbers) as Record<NumberField, number>),
    ...(draft.trainer === null ? {} : { trainer: draft.trainer }),
    ...(draft.trainer === 'runner' ? forRunners?.requestOf(draft) : {}),
  }
}

const isNumber = (field: FieldName): field is NumberField => (numberFields as readonly FieldName[]).includes(field)

function errorOf(field: FieldName, draft: Draft): string | null {
  if (isNumber(field)) return numberError(draft[field], bounds[field])
  if (field === 'name') return nameError(tidyName(draft.name), nameLengthMax)
  if (field === 'bundeslaender' && draft.bundeslaender.length < bundeslaenderMin) {
    return t('createJob.bundeslaenderMissing')
  }
  return null
}

/** What is wrong with a typed number; `null`: nothing. */
export function numberError(text: string, of: NumberBounds): string | null {
  if (text.trim() === '') return boundsText('numberMissing', of)
  const value = parseNumber(text, of)
  if (Number.isNaN(value)) return boundsText('numberUnclear', of)
  if (of.whole && !Number.isInteger(value)) return boundsText('numberWhole', of)
  if (value < of.min) return boundsText('numberSmall', of)
  return value > of.max ? boundsText('numberBig', of) : null
}

/** A text that names the bounds of a number. */
export function boundsText(key: BoundsKey, { min, max }: NumberBounds): string {
  return t(`createJob.${key}`, { min: formatNumber(min), max: formatNumber(max) })
}

type BoundsKey =
  | 'epochsHint'
  | 'batchSizeHint'
  | 'learningRateHint'
  | 'warmupStepsHint'
  | 'weightDecayHint'
  | 'gradientAccumulationHint'
  | 'numberMissing'
  | 'numberUnclear'
  | 'numberWhole'
  | 'numberSmall'
  | 'numberBig'
