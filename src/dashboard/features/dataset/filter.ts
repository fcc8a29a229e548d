import { type BundeslandCode, bundeslandCodes } from '../../../shared/bundeslaender.ts'
import { query, setQuery } from '../../platform/router.ts'

/** Which documents are listed, as the page's address says; `null` does not filter. */
export type DocumentFilter = {
  bundesland: BundeslandCode | null
  doc_type: string | null
  training_allowed: 'true' | 'false' | null
}

/** The filter of the page's address; what is no value of it is passed over. */
export function readFilter(): DocumentFilter {
  const allowed = query.value.get('training_allowed')
  return {
    bundesland: bundeslandCodes.find((code) => code === query.value.get('bundesland')) ?? null,
    doc_type: query.value.get('doc_type') || null,
    training_allowed: allowed === 'true' || allowed === 'false' ? allowed : null,
  }
}

/** Changes the filter, and goes back to the first page of what it lets through. */
export function changeFilter(changes: Partial<DocumentFilter>): void {
  setQuery({ ...changes, cursor: null })
}

export const noFilter: DocumentFilter = { bundesland: null, doc_type: null, training_allowed: null }

/** Chooses a value, or lets it go when it is the one that is chosen. */
export function toggleFilter<F extends 'bundesland' | 'doc_type'>(field: F, value: DocumentFilter[F]): void {
  changeFilter({ [field]: readFilter()[field] === value ? null : value })
}
