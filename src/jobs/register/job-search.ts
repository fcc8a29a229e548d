import { fold } from '../../platform/fold.ts'
import { JOB_ID_PREFIX_LENGTH_MIN, SEARCH_TERM_LENGTH_MIN } from '../../platform/limits.ts'
import type { JobCondition } from '../../shared/job-conditions.ts'
import type { JobStatus } from '../../shared/job-status.ts'
import type { ModelType } from '../../shared/model-types.ts'
import type { TrainerKind } from '../../shared/trainers.ts'
import { conditionLabel, creatorLabel, runnerLabel, tagLabel, trainerLabel } from './search-columns.ts'

/** Which jobs a list shows. An empty or missing part lets all pass. */
export type JobFilter = {
  status?: JobStatus[] | undefined
  model_type?: ModelType[] | undefined
  /** A part of the name, or the beginning of the id from JOB_ID_PREFIX_LENGTH_MIN characters on. */
  q?: string | undefined
  created_by?: string | undefined
  /** Jobs that have each of these tags. */
  tag?: string[] | undefined
  /** The name of the runner whose attempt the job shows. */
  runner?: string | undefined
  /** Jobs that any of these trains. */
  trainer?: TrainerKind[] | undefined
  /** Jobs with any of these the matter. */
  condition?: JobCondition[] | undefined
}

/** SQL with its values. */
export type Part = { sql: string; values: (string | number)[] }

/** A filter, as it is put to the tables. */
export type Search = {
  /** What a row must fulfil. */
  conditions: Part
  /** What the search index is asked; `null`: it cannot narrow this filter down. */
  match: string | null
  /** The ids that begin so: from the first on, before the second; `null`: none is looked for. */
  ids: [from: string, before: string] | null
  /** Whether whatever the index finds fulfils the conditions. */
  isExact: boolean
}

/** What is looked for beyond status and type; `null`: nothing. */
export function searchOf({ status = [], model_type = [], q = '', ...filter }: JobFilter): Search | null {
  const term = fold(q)
  const labels = labelsOf(filter)
  if (term === '' && labels.length === 0) return null
  const isLong = [...term].length >= SEARCH_TERM_LENGTH_MIN
  const ids = idsBeginning(term)
  const matches = [
    ...(isLong ? [`search_name : ${quoted(term)}`] : []),
    ...labels.map((any) => `labels : (${any.map(quoted).join(' OR ')})`),
  ]
  const named: Part = { sql: 'instr(search_name, ?)', values: [term] }
  const called: Part = { sql: '(instr(search_name, ?) OR (id >= ? AND id < ?))', values: [term, ...(ids ?? [])] }
  return {
    conditions: allOf([
      ...(term === '' ? [] : [ids === null ? named : called]),
      ...labels.map((any) => ({ sql: `(${any.map(() => 'instr(labels, ?)').join(' OR ')})`, values: any })),
      ...oneOf('status', status),
      ...oneOf('model_type', model_type),
    ]),
    match: matches.length === 0 ? null : matches.join(' AND '),
    ids,
    isExact: status.length === 0 && model_type.length === 0 && (isLong || term === ''),
  }
}

/** The labels that a filter asks for: of each of the lists one. */
function labelsOf({ created_by, tag = [], runner, trainer = [], condition = [] }: JobFilter): string[][] {
  return [
    ...(created_by === undefined ? [] : [[creatorLabel(created_by)]]),
    ...tag.map((one) => [tagLabel(one)]),
    ...(runner === undefined ? [] : [[runnerLabel(runner)]]),
    ...(trainer.length === 0 ? [] : [trainer.map(trainerLabel)]),
    ...(condition.length === 0 ? [] : [condition.map(conditionLabel)]),
  ]
}

/** The conditions of a filter that names only statuses and types. */
export const conditionsOf = ({ status = [], model_type = [] }: JobFilter): Part =>
  allOf([...oneOf('status', status), ...oneOf('model_type', model_type)])

function idsBeginning(term: string): [string, string] | null {
  const isBeginning = term.length >= JOB_ID_PREFIX_LENGTH_MIN && /^[0-9a-f-]+$/.test(term)
  // After every digit and the hyphen comes g.
  return isBeginning ? [term, `${term}g`] : null
}

const oneOf = (column: string, values: readonly string[]): Part[] =>
  values.length === 0 ? [] : [{ sql: `${column} IN (${values.map(() => '?')})`, values: [...values] }]

const allOf = (parts: readonly Part[]): Part => ({
  sql: parts.length === 0 ? 'true' : parts.map(({ sql }) => sql).join(' AND '),
  values: parts.flatMap(({ values }) => values),
})

/** A text as FTS5 takes it literally. */
const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`
