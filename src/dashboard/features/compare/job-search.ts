import { useRef } from 'preact/hooks'
import type { JobSnapshot } from '../../../client/index.ts'
import { fold } from '../../../platform/fold.ts'
import { api } from '../../api/client.ts'
import type { Problem } from '../../api/problem.ts'
import { request } from '../../api/request.ts'
import { type Loader, type Resource, useResource } from '../../api/resource.ts'
import { useDelayed } from '../../components/use-delayed.ts'
import { COMPARED_JOBS_FOUND_MAX, COMPARED_JOBS_MAX, COMPARED_JOBS_OFFERED } from '../../platform/limits.ts'

export type FoundJob = Pick<JobSnapshot, 'id' | 'name' | 'model_type' | 'status' | 'created_at' | 'started_at'>

/**
 * The newest jobs that the service finds by a text: all of them by an empty one. `null`: they are not needed yet. Their
 * curves, most of the response, are not kept.
 */
export function useFoundJobs(q: string | null): Resource<FoundJob[]> {
  const [key, load] = q === null ? ['jobs/found/unwanted', loadNothing] : [`jobs/found?${q}`, loadFound(q)]
  return useResource(key, load, { everyMs: Infinity })
}

const loadFound =
  (q: string): Loader<FoundJob[]> =>
  async (options) => {
    // Those that are chosen already may be among them.
    const limit = String(COMPARED_JOBS_FOUND_MAX + COMPARED_JOBS_MAX)
    const answer = await request(() => api.jobs.$get({ query: q === '' ? { limit } : { limit, q } }), options)
    if (!answer.ok) return answer
    const data = answer.data.map(({ id, name, model_type, status, created_at, started_at }) => {
      return { id, name, model_type, status, created_at, started_at }
    })
    return { ...answer, data }
  }

const loadNothing: Loader<FoundJob[]> = async () => ({ ok: true, data: [], headers: new Headers() })

/** The results of a search while somebody types. */
export type JobSearch = {
  /** Until the service has answered, those of the results before that match by their name. */
  jobs: FoundJob[]
  /** Whether the service has not answered yet. */
  isPending: boolean
  refusal: Problem | null
  refresh: () => Promise<void>
}

/** Searches jobs by a text that is being typed. `null`: nobody searches yet. */
export function useJobSearch(text: string | null): JobSearch {
  const wanted = text === null ? null : text.trim()
  const q = useDelayed(wanted)
  const { data, refusal, refresh } = useFoundJobs(q)
  const known = useRef<FoundJob[]>([])
  if (q !== null && data !== null) known.current = data
  const isPending = q !== wanted || data === null
  const matches = ({ name }: FoundJob) => fold(name).includes(fold(wanted ?? ''))
  return { jobs: isPending ? known.current.filter(matches) : data, isPending, refusal, refresh }
}

/** The newest jobs that have started, and so have something to compare. */
export const offeredJobs = (jobs: readonly FoundJob[], chosen: readonly string[]): FoundJob[] =>
  jobs.filter(({ id, started_at }) => started_at !== null && !chosen.includes(id)).slice(0, COMPARED_JOBS_OFFERED)
