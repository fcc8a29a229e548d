import type { JobSnapshot } from '../../../client/index.ts'
import { api } from '../../api/client.ts'
import { request } from '../../api/request.ts'
import { type Loader, type Resource, useResource } from '../../api/resource.ts'
import { COMPARED_JOBS_FOUND_MAX, COMPARED_JOBS_OFFERED, COMPARED_JOBS_SEARCHED } from '../../platform/limits.ts'

export type RecentJob = Pick<JobSnapshot, 'id' | 'name' | 'model_type' | 'status' | 'created_at' | 'started_at'>

/**
 * The newest jobs, loaded once needed: a hundred of them are a large response. Their curves, most of it, are not kept.
 */
export function useRecentJobs(areWanted: boolean): Resource<RecentJob[]> {
  const [key, load] = areWanted ? ['jobs/recent', loadRecent] : ['jobs/recent/unwanted', loadNothing]
  return useResource(key, load, { everyMs: Infinity })
}

const loadRecent: Loader<RecentJob[]> = async (options) => {
  const query = { limit: String(COMPARED_JOBS_SEARCHED) }
  const answer = await request(() => api.jobs.$get({ query }), options)
  if (!answer.ok) return answer
  const data = answer.data.map(({ id, name, model_type, status, created_at, started_at }) => {
    return { id, name, model_type, status, created_at, started_at }
  })
  return { ...answer, data }
}

const loadNothing: Loader<RecentJob[]> = async () => ({ ok: true, data: [], headers: new Headers() })

/** Search ignores case and accents. */
const fold = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()

/** Jobs whose name or id contains every word, newest first; all of them for an empty search. */
export function findJobs(jobs: readonly RecentJob[], text: string, chosen: readonly string[]): RecentJob[] {
  const words = fold(text).split(/\s+/)
  return jobs
    .filter(({ id, name }) => !chosen.includes(id) && words.every((word) => fold(`${name} ${id}`).includes(word)))
    .slice(0, COMPARED_JOBS_FOUND_MAX)
}

/** The newest jobs that have started, and so have something to compare. */
export const offeredJobs = (jobs: readonly RecentJob[], chosen: readonly string[]): RecentJob[] =>
  jobs.filter(({ id, started_at }) => started_at !== null && !chosen.includes(id)).slice(0, COMPARED_JOBS_OFFERED)

const idPattern = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i

/** A whole id in the search: also of a job that is not among the newest. */
export const idIn = (text: string): string | null => (idPattern.test(text.trim()) ? text.trim().toLowerCase() : null)
