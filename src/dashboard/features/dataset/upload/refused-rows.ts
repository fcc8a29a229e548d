import type { Problem } from '../../../api/problem.ts'
import type { FaultyRow, ReadyRow, RowError } from './check.ts'
import { type Field, fields } from './fields.ts'

/**
 * The rows of a batch that the API refused, by the places its errors name. It lists the first of them only, so that a
 * batch without them may be refused again. None when what is wrong is not a row.
 */
export function refusedRows(batch: readonly ReadyRow[], { errors = [] }: Problem): FaultyRow[] {
  const refused = new Map<number, RowError[]>()
  for (const { loc, msg } of errors) {
    const [where, list, at, name] = loc
    const row = where === 'body' && list === 'documents' && typeof at === 'number' ? batch[at] : undefined
    if (row === undefined) continue
    const field = fields.find((field): field is Field => field === name) ?? null
    refused.set(row.index, [...(refused.get(row.index) ?? []), { field, said: msg }])
  }
  return [...refused].map(([index, errors]) => ({ index, errors }))
}
