import { type BundeslandCode, bundeslandCodes } from '../../../shared/bundeslaender.ts'
import { query, setQuery } from '../../platform/router.ts'

/** The filter of the documents, from the page's address; `null` does not filter. */
export type DocumentFilter = {
  bundesland: BundeslandCode | null
  doc_type: string | null
  training_allowed: 'true' | 'false' | null
}

/** The filter of the page's address; invalid values are ignored. */
export function readFilter(): DocumentFilter {
  const allowed = query.value.get('training_allowed')
  return {
    bundesland: bundeslandCodes.find((code) => code === query.value.get('bundesland')) ?? null,
    doc_type: query.value.get('doc_type') || null,
    training_allowed: allowed === 'true' || allowed === 'false' ? allowed : null,
  }
}

/** Changes the filter, and returns to the first page. */
export function changeFilter(changes: Partial<DocumentFilter>): void {
  setQuery({ ...changes, cursor: null })
}

export const noFilter: DocumentFilter = { bundesland: null, doc_type: null, training_allowed: null }

/** Selects a value, or clears it when it is selected. */
export function toggleFilter<F extends 'bundesland' | 'doc_type'>(field: F, value: DocumentFilter[F]): void {
  changeFilter({ [field]: readFilter()[field] === value ? null : value })
}
