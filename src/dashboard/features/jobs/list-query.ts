import { type JobCondition, jobConditions } from '../../../shared/job-conditions.ts'
import { type JobSort, jobSorts } from '../../../shared/job-sorts.ts'
import { type JobStatus, jobStatuses } from '../../../shared/job-status.ts'
import type { ModelType } from '../../../shared/model-types.ts'
import { modelTypes } from '../../../shared/model-types.ts'
import { allTrainerKinds, type TrainerKind } from '../../../shared/trainers.ts'
import { CHOSEN_JOBS_MAX } from '../../platform/limits.ts'
import { query, setQuery } from '../../platform/router.ts'

/** The query of the list, stored in the address. */
export type ListQuery = {
  status: JobStatus[]
  modelType: ModelType[]
  /** A part of the name or the beginning of the id; empty: all jobs. */
  q: string
  /** Jobs that have each of these. */
  tags: string[]
  /** Jobs in any of these conditions. */
  condition: JobCondition[]
  /** The runner that has the jobs, or had them last; empty: any. */
  runner: string
  /** Jobs that any of these trains. */
  trainer: TrainerKind[]
  sort: JobSort
  /** Where the page begins; `null`: with the first job. */
  cursor: string | null
  /** The ids of the chosen jobs, in the order they were. */
  chosen: string[]
}

const newestFirst: JobSort = '-created_at'

/** The query of the address; invalid values are ignored. */
export function readListQuery(): ListQuery {
  const params = query.value
  return {
    status: jobStatuses.filter((status) => params.getAll('status').includes(status)),
    modelType: modelTypes.filter((type) => params.getAll('model_type').includes(type)),
    q: params.get('q') ?? '',
    tags: [...new Set(params.getAll('tag'))].filter((tag) => tag !== ''),
    condition: jobConditions.filter((condition) => params.getAll('condition').includes(condition)),
    runner: params.get('runner') ?? '',
    trainer: allTrainerKinds.filter((trainer) => params.getAll('trainer').includes(trainer)),
    sort: jobSorts.find((sort) => sort === params.get('sort')) ?? newestFirst,
    cursor: params.get('cursor'),
    chosen: [...new Set(params.getAll('job'))].slice(0, CHOSEN_JOBS_MAX),
  }
}

/** Whether the list shows only some of the jobs. */
export const isFiltered = ({ status, modelType, q, tags, condition, runner, trainer }: ListQuery): boolean =>
  [status, modelType, q, tags, condition, runner, trainer].some(({ length }) => length > 0)

/** Another filter starts at the first page: a cursor belongs to one filter. */
export function filterBy(name: 'status' | 'model_type' | 'tag' | 'condition' | 'trainer', values: string[]): void {
  setQuery({ [name]: values, cursor: null })
}

export const searchFor = (q: string): void => setQuery({ q: q === '' ? null : q, cursor: null })

export const filterByRunner = (name: string): void => setQuery({ runner: name === '' ? null : name, cursor: null })

export const resetFilter = (): void => {
  const filters = ['status', 'model_type', 'q', 'tag', 'condition', 'runner', 'trainer', 'cursor']
  setQuery(Object.fromEntries(filters.map((name) => [name, null])))
}

export const sortBy = (sort: JobSort): void => setQuery({ sort: sort === newestFirst ? null : sort, cursor: null })

/** Turns the page with an entry in the browser's history, so that the back button turns it back. */
export function turnTo(cursor: string | null): void {
  setQuery({ cursor }, { replace: false })
  scrollTo(0, 0)
}

export const choose = (ids: string[]): void => setQuery({ job: ids.slice(0, CHOSEN_JOBS_MAX) })
