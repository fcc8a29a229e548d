import { BODY_BYTES_MAX, PARAM_NAME_LENGTH_MAX, PARAM_VALUE_LENGTH_MAX } from '../../../../platform/limits.ts'
import { formatNumber } from '../../../i18n/format.ts'
import { t } from '../../../i18n/text.ts'
import { REST_OF_REQUEST_BYTES } from '../../../platform/limits.ts'
import type { ParamRow } from '../draft.ts'

/** What is wrong with a row, at which of its fields. */
export type RowError = Partial<Record<keyof ParamRow, string>>

/** Characters as the API counts them: code points. */
const lengthOf = (text: string): number => [...text].length

/** Whether a row is left out: nothing was typed into it. */
const isBlank = ({ name, value }: ParamRow): boolean => name === '' && value === ''

/** What is wrong with each row, by the bounds of the API. */
export function rowErrors(rows: readonly ParamRow[]): RowError[] {
  return rows.map((row, at) => {
    if (isBlank(row)) return {}
    const name = nameError(row.name, rows.slice(0, at))
    const isTooLong = lengthOf(row.value) > PARAM_VALUE_LENGTH_MAX
    return {
      ...(name === null ? {} : { name }),
      ...(isTooLong ? { value: t('createRunner.paramValueTooLong', { max: PARAM_VALUE_LENGTH_MAX }) } : {}),
    }
  })
}

function nameError(name: string, before: readonly ParamRow[]): string | null {
  if (name === '') return t('createRunner.paramNameMissing')
  if (lengthOf(name) > PARAM_NAME_LENGTH_MAX) return t('createRunner.paramNameTooLong', { max: PARAM_NAME_LENGTH_MAX })
  // The one name that JSON and scripts read differently: the API rejects it.
  if (name === '__proto__') return t('createRunner.paramNameReserved')
  return before.some((other) => other.name === name) ? t('createRunner.paramNameTwice') : null
}

/** The first thing that is wrong with the parameters; `null`: nothing. */
export function paramsError(rows: readonly ParamRow[]): string | null {
  for (const [at, { name, value }] of rowErrors(rows).entries()) {
    const error = name ?? value
    if (error !== undefined) return t('createRunner.paramRow', { number: at + 1, error })
  }
  return sizeError(rows)
}

/** Whether they fit into a request; `null`: they do. */
export function sizeError(rows: readonly ParamRow[]): string | null {
  const bytes = new TextEncoder().encode(JSON.stringify(paramsOf(rows))).length
  const max = BODY_BYTES_MAX - REST_OF_REQUEST_BYTES
  const kib = (size: number) => formatNumber(Math.ceil(size / 102.4) / 10, 1)
  return bytes > max ? t('createRunner.paramsTooBig', { size: kib(bytes), max: kib(max) }) : null
}

/** The parameters of valid rows, by name. */
export const paramsOf = (rows: readonly ParamRow[]): Record<string, string> =>
  Object.fromEntries(rows.filter((row) => !isBlank(row)).map(({ name, value }) => [name, value]))
