import { nameErrorIn, tidyName } from '../../../../platform/name.ts'
import { webAddress } from '../../../../platform/web-address.ts'
import { type BundeslandCode, codeOf } from '../../../../shared/bundeslaender.ts'
import type { TextKey, TextParams } from '../../../i18n/text.ts'
import {
  chunksMax,
  chunksMin,
  docTypeLengthMax,
  docTypePattern,
  idLengthMax,
  idPattern,
  titleLengthMax,
  urlLengthMax,
} from './bounds.ts'
import type { Field } from './fields.ts'

/** A document as the API takes it. */
export type DocumentInput = {
  id: string
  title: string
  bundesland: BundeslandCode
  doc_type: string
  chunks: number
  training_allowed: boolean
  source_url: string | null
}

/** The error of a cell, as a text of the page. */
export class CellError {
  readonly key: TextKey
  readonly params: TextParams
  constructor(key: TextKey, params: TextParams = {}) {
    this.key = key
    this.params = params
  }
}

type Checks = { [F in Field]: (cell: unknown) => DocumentInput[F] | CellError }

const yes = ['true', 'ja', 'yes', 'wahr', '1', 'j', 'y', 'x']
const no = ['false', 'nein', 'no', 'falsch', '0', 'n']

/** Parses a cell as the field's value, or returns its error. */
export const checks: Checks = {
  id: (cell) => text(cell, (id) => (idPattern.test(id) ? id : new CellError('dataset.wrongId', { max: idLengthMax }))),
  title: (cell) =>
    text(cell, (given) => {
      const title = tidyName(withoutLineBreaks(given))
      return nameErrorIn(title, titleLengthMax) ? new CellError('dataset.wrongTitle', { max: titleLengthMax }) : title
    }),
  bundesland: (cell) => text(cell, (name) => codeOf(name) ?? new CellError('dataset.wrongBundesland')),
  // The API's types are lower-case words; German headings and cells are not.
  doc_type: (cell) =>
    text(cell, (given) => {
      const type = given.toLowerCase()
      return docTypePattern.test(type) ? type : new CellError('dataset.wrongDocType', { max: docTypeLengthMax })
    }),
  chunks: (cell) => {
    if (isMissing(cell)) return new CellError('dataset.missing')
    // Spreadsheets may write decimals, with a comma or a point. Three of them could be thousands.
    const [, digits] = typeof cell === 'string' ? (/^\s*(\d{1,15})([.,]0{1,2})?\s*$/.exec(cell) ?? []) : []
    const chunks = digits === undefined ? cell : Number(digits)
    const fits = typeof chunks === 'number' && Number.isInteger(chunks) && chunks >= chunksMin && chunks <= chunksMax
    return fits ? chunks : new CellError('dataset.wrongChunks', { max: chunksMax })
  },
  training_allowed: (cell) => {
    if (typeof cell === 'boolean') return cell
    return text(typeof cell === 'number' ? String(cell) : cell, (given) => {
      const word = given.toLowerCase()
      return yes.includes(word) || (no.includes(word) ? false : new CellError('dataset.wrongFlag'))
    })
  },
  source_url: (cell) => {
    if (isMissing(cell)) return null
    return text(cell, (given) =>
      webAddress(given) === null ? new CellError('dataset.wrongUrl', { max: urlLengthMax }) : given,
    )
  },
}

const lineBreaks = /\s*[\r\n]+\s*/g

/** Cells of spreadsheets have line breaks where a title was long; a title is one line. */
const withoutLineBreaks = (text: string): string => text.replace(lineBreaks, ' ')

/** Whether line breaks within a title become blanks. */
export const joinsLines = (cell: unknown): boolean => typeof cell === 'string' && /[\r\n]/.test(cell.trim())

const isMissing = (cell: unknown): boolean =>
  cell === null || cell === undefined || (typeof cell === 'string' && cell.trim() === '')

function text<Value>(cell: unknown, check: (text: string) => Value | CellError): Value | CellError {
  if (isMissing(cell)) return new CellError('dataset.missing')
  return typeof cell === 'string' ? check(cell.trim()) : new CellError('dataset.wrongText')
}
