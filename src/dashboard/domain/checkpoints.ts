import { api } from '../api/client.ts'
import { request } from '../api/request.ts'
import { type Resource, useResource } from '../api/resource.ts'
import { REVALIDATE_DEFAULT_MS } from '../platform/limits.ts'

/** A checkpoint that is kept: its step, and the path of its folder or only file. */
export type Checkpoint = { step: number; checkpoint: string }

/** The checkpoints of a job that are kept, oldest first. `everyMs`: how often they are read again. */
export const useCheckpoints = (jobId: string, everyMs: number = REVALIDATE_DEFAULT_MS): Resource<Checkpoint[]> =>
  useResource(
    `jobs/${jobId}/checkpoints`,
    (options) => request(() => api.jobs[':id'].checkpoints.$get({ param: { id: encodeURIComponent(jobId) } }), options),
    { everyMs },
  )
