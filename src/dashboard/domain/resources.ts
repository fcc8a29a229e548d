import type { JobSnapshot, ModelVersion } from '../../client/index.ts'
import { PAGE_MAX } from '../../platform/limits.ts'
import type { JobStatus } from '../../shared/job-status.ts'
import { api } from '../api/client.ts'
import { type Answer, entityTag, type RequestOptions, readPages, request } from '../api/request.ts'
import { type Resource, useResource } from '../api/resource.ts'
import { readEveryMs } from '../live/watch-live.ts'
import { ACTIVE_JOBS_MS, MOVING_PAGES_MAX } from '../platform/limits.ts'

/** A job, and the tag of the state it was read in. */
export type TaggedJob = { job: JobSnapshot; etag: string | null }

/** A job, read more often while its stream is not live. */
export const useJob = (id: string): Resource<TaggedJob> =>
  useResource(
    `jobs/${id}`,
    async (options) => {
      const param = { id: encodeURIComponent(id) }
      const answer = await request(() => api.jobs[':id'].$get({ param }), options)
      return answer.ok ? { ...answer, data: { job: answer.data, etag: entityTag(answer.headers) } } : answer
    },
    { everyMs: () => readEveryMs(id) },
  )

const movingStatuses: JobStatus[] = ['queued', 'preparing', 'training', 'validating']

/**
 * All jobs that hold a slot or wait for one, newest first: at most 100 of each. Paused jobs do neither, and their number is
 * not limited. Runs of scripts are among them, and hold none: their number is not limited either, so several pages are read.
 */
export const useMovingJobs = (): Resource<JobSnapshot[]> =>
  useResource('jobs/overview/moving', readMovingJobs, { everyMs: ACTIVE_JOBS_MS })

async function readMovingJobs(options: RequestOptions): Promise<Answer<JobSnapshot[]>> {
  const query = { status: movingStatuses, limit: String(PAGE_MAX) }
  const answer = await readPages<JobSnapshot>(
    (cursor) => request(() => api.jobs.$get({ query: cursor === null ? query : { ...query, cursor } }), options),
    MOVING_PAGES_MAX,
  )
  return answer.ok ? { ...answer, data: answer.data.items } : answer
}

/** What of the moving jobs each panel shows. */
export type Lanes = {
  /** Oldest first. */
  running: JobSnapshot[]
  /** Those of them that hold a slot: what a script trains by itself needs none. */
  holding: JobSnapshot[]
  /** By their position in the queue. */
  waiting: JobSnapshot[]
}

export function lanesOf(jobs: readonly JobSnapshot[]): Lanes {
  const place = ({ queue_position }: JobSnapshot) => queue_position ?? 0
  const running = jobs.filter(({ queue_position }) => queue_position === null).toReversed()
  return {
    running,
    holding: running.filter(({ trainer }) => trainer !== 'mlflow'),
    waiting: jobs.filter(({ queue_position }) => queue_position !== null).sort((a, b) => place(a) - place(b)),
  }
}

/** The service's counts, and how many jobs may run at a time. */
export const useStatus = () => useResource('status', (options) => request(() => api.status.$get(), options))

export type SystemStatus = NonNullable<ReturnType<typeof useStatus>['data']>

/** The counts of the dataset. */
export const useStats = () =>
  useResource('dataset/stats', (options) => request(() => api.dataset.stats.$get(), options))

export type Stats = NonNullable<ReturnType<typeof useStats>['data']>

/** The active versions: at most one of each type. */
export const useActiveVersions = (): Resource<ModelVersion[]> =>
  useResource('models?active=true', (options) => request(() => api.models.$get({ query: { active: 'true' } }), options))
