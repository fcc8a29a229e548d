import { tidyName } from '../../../platform/name.ts'
import { nameError } from '../../domain/name-error.ts'
import { formatNumber } from '../../i18n/format.ts'
import { t } from '../../i18n/text.ts'
import { bounds, bundeslaenderMin, type JobConfig, type NumberField, nameLengthMax, numberFields } from './bounds.ts'
import type { Draft, FieldName } from './draft.ts'
import { parseNumber } from './numbers.ts'

/** Errors by field, in the page's language and in the order of the form. */
export type Errors = ReadonlyMap<FieldName, string>

/** Every field, in the order of the form. */
export const fieldNames = [
  'name',
  'model_type',
  'epochs',
  'bundeslaender',
  'batch_size',
  'learning_rate',
  'warmup_steps',
  'weight_decay',
  'gradient_accumulation',
  'mixed_precision',
] as const satisfies readonly FieldName[]

/** Checks the input by the API's own bounds. Empty: the API will accept it. */
export function check(draft: Draft): Errors {
  const errors = new Map<FieldName, string>()
  for (const field of fieldNames) {
    const error = errorOf(field, draft)
    if (error !== null) errors.set(field, error)
  }
  return errors
}

/** The config of a valid form. */
export function configOf(draft: Draft): JobConfig {
  const numbers = numberFields.map((field) => [field, parseNumber(draft[field], bounds[field])])
  return {
    name: tidyName(draft.name),
    model_type: draft.model_type,
    bundeslaender: draft.bundeslaender,
    mixed_precision: draft.mixed_precision,
    ...(Object.fromEntries(numbers) as Record<NumberField, number>),
  }
}

const isNumber = (field: FieldName): field is NumberField => (numberFields as readonly FieldName[]).includes(field)

function errorOf(field: FieldName, draft: Draft): string | null {
  if (isNumber(field)) return numberError(field, draft[field])
  if (field === 'name') return nameError(tidyName(draft.name), nameLengthMax)
  if (field === 'bundeslaender' && draft.bundeslaender.length < bundeslaenderMin) {
    return t('createJob.bundeslaenderMissing')
  }
  return null
}

function numberError(field: NumberField, text: string): string | null {
  const { whole } = bounds[field]
  if (text.trim() === '') return boundsText('numberMissing', field)
  const value = parseNumber(text, bounds[field])
  if (Number.isNaN(value)) return boundsText('numberUnclear', field)
  if (whole && !Number.isInteger(value)) return boundsText('numberWhole', field)
  if (value < bounds[field].min) return boundsText('numberSmall', field)
  return value > bounds[field].max ? boundsText('numberBig', field) : null
}

/** A text that names a field's bounds. */
export function boundsText(key: BoundsKey, field: NumberField): string {
  const { min, max } = bounds[field]
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
