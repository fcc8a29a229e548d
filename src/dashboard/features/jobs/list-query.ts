import { type JobStatus, jobStatuses } from '../../../shared/job-status.ts'
import type { ModelType } from '../../../shared/model-types.ts'
import { modelTypes } from '../../../shared/model-types.ts'
import { COMPARED_JOBS_MAX } from '../../platform/limits.ts'
import { query, setQuery } from '../../platform/router.ts'
import { isOrder, type Order } from './order.ts'

/** The query of the list, stored in the address. */
export type ListQuery = {
  status: JobStatus[]
  modelType: ModelType[]
  /** Where the page begins; `null`: with the newest. */
  cursor: string | null
  order: Order
  /** The ids of the jobs chosen for comparison, in the order they were. */
  chosen: string[]
}

/** The query of the address; invalid values are ignored. */
export function readListQuery(): ListQuery {
  const params = query.value
  const order = params.get('order')
  return {
    status: jobStatuses.filter((status) => params.getAll('status').includes(status)),
    modelType: modelTypes.filter((type) => params.getAll('model_type').includes(type)),
    cursor: params.get('cursor'),
    order: isOrder(order) ? order : 'newest',
    chosen: [...new Set(params.getAll('job'))].slice(0, COMPARED_JOBS_MAX),
  }
}

/** Another filter starts at the first page: a cursor belongs to one filter. */
export function filterBy(name: 'status' | 'model_type', values: string[]): void {
  setQuery({ [name]: values, cursor: null })
}

export const resetFilter = (): void => setQuery({ status: null, model_type: null, cursor: null })

export const orderBy = (order: Order): void => setQuery({ order: order === 'newest' ? null : order })

/** Turns the page with an entry in the browser's history, so that the back button turns it back. */
export function turnTo(cursor: string | null): void {
  setQuery({ cursor }, { replace: false })
  scrollTo(0, 0)
}

export const choose = (ids: string[]): void => setQuery({ job: ids.slice(0, COMPARED_JOBS_MAX) })
