import { type BundeslandCode, bundeslandCodes } from '../../../shared/bundeslaender.ts'
import {
  bounds,
  initialMixedPrecision,
  initialModelType,
  type JobConfig,
  type ModelType,
  modelTypes,
  type NumberField,
  nameLengthMax,
  numberFields,
} from './bounds.ts'
import { typedNumber } from './numbers.ts'

/** The content of the form; numbers as typed. */
export type Draft = Record<NumberField, string> & {
  name: string
  model_type: ModelType
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
  bundeslaender: [],
  mixed_precision: initialMixedPrecision,
  ...initialNumbers(),
})

/** A form for a job like another one. */
export function draftLike(config: JobConfig): Draft {
  const numbers = numberFields.map((field) => [field, typedNumber(config[field])])
  return {
    name: nextName(config.name),
    model_type: config.model_type,
    bundeslaender: [...config.bundeslaender],
    mixed_precision: config.mixed_precision,
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
  for (const field of ['name', ...numberFields] as const) {
    if (typeof fields[field] === 'string') draft[field] = fields[field]
  }
  draft.model_type = modelTypes.find((type) => type === fields.model_type) ?? draft.model_type
  draft.mixed_precision = fields.mixed_precision === true
  const codes: unknown[] = Array.isArray(fields.bundeslaender) ? fields.bundeslaender : []
  draft.bundeslaender = bundeslandCodes.filter((code) => codes.includes(code))
  return draft
}

/** A name for a duplicate: „Zeugnis Bayern“, „Zeugnis Bayern (2)“, „Zeugnis Bayern (3)“. */
export function nextName(name: string): string {
  const [, base = name, count = '1'] = /^(.*?)(?: \((\d{1,4})\))?$/su.exec(name) ?? []
  const suffix = ` (${Number(count) + 1})`
  return [...base].slice(0, nameLengthMax - suffix.length).join('') + suffix
}
