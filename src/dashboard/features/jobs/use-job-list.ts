import { useEffect, useRef, useState } from 'preact/hooks'
import type { JobSnapshot } from '../../../client/index.ts'
import { isFinal } from '../../../shared/job-status.ts'
import { api } from '../../api/client.ts'
import { nextCursor, type RequestOptions, request } from '../../api/request.ts'
import { type Resource, useResource } from '../../api/resource.ts'
import { JOBS_PAGE, REVALIDATE_DEFAULT_MS, REVALIDATE_MIN_MS } from '../../platform/limits.ts'
import type { ListQuery } from './list-query.ts'

/** A page of jobs, and the cursor of the next; `null`: this is the last. */
export type JobPage = { jobs: JobSnapshot[]; next: string | null }

type Filter = Omit<ListQuery, 'chosen'>

export type JobList = {
  resource: Resource<JobPage>
  /** The page to show: the previous one while another loads for the first time. */
  shown: JobPage | null
  /** Whether `shown` is the previous page. */
  outdated: boolean
}

/** The page as the API is asked for it. */
const queryOf = ({ status, modelType, q, tags, condition, runner, trainer, sort, cursor }: Filter) => ({
  limit: String(JOBS_PAGE),
  status,
  model_type: modelType,
  sort,
  tag: tags,
  condition,
  trainer,
  ...(runner === '' ? {} : { runner }),
  ...(q === '' ? {} : { q }),
  ...(cursor === null ? {} : { cursor }),
})

/** The request for the page. */
export const requestFor = (filter: Filter) => ({ url: api.jobs.$url({ query: queryOf(filter) }) })

const load = (filter: Filter) => {
  const query = queryOf(filter)
  return async (options: RequestOptions) => {
    const answer = await request(() => api.jobs.$get({ query }), options)
    return answer.ok ? { ...answer, data: { jobs: answer.data, next: nextCursor(answer.headers) } } : answer
  }
}

const moves = ({ status }: JobSnapshot): boolean => !isFinal(status) && status !== 'paused'

/** The page of jobs for a filter and a cursor: revalidated often while a job on it changes, else rarely. */
export function useJobList(filter: Filter): JobList {
  const [moving, setMoving] = useState(false)
  const { status, modelType, q, tags, condition, runner, trainer, sort, cursor } = filter
  const resource = useResource(
    `jobs/list?${[status, modelType, condition, trainer, sort, cursor ?? '', runner, tags, q].join('&')}`,
    load(filter),
    {
      everyMs: moving ? REVALIDATE_MIN_MS : REVALIDATE_DEFAULT_MS,
    },
  )
  const isMoving = resource.data?.jobs.some(moves) ?? false
  useEffect(() => setMoving(isMoving), [isMoving])
  const last = useRef<JobPage | null>(null)
  if (resource.data !== null) last.current = resource.data
  if (resource.data === null && resource.refusal !== null) last.current = null
  return { resource, shown: last.current, outdated: resource.data === null }
}
