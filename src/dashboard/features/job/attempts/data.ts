import type { AttemptRecord, JobSnapshot } from '../../../../client/index.ts'
import { isFinal } from '../../../../shared/job-status.ts'
import { api } from '../../../api/client.ts'
import { request } from '../../../api/request.ts'
import { type Resource, useResource } from '../../../api/resource.ts'
import { useReadAgain } from '../../../domain/use-read-again.ts'
import { ATTEMPTS_SHOWN, REVALIDATE_DEFAULT_MS } from '../../../platform/limits.ts'

/** The latest attempts at a job, oldest first; read again with every event of the job. */
export function useAttempts({ id, attempt, revision, status }: JobSnapshot): Resource<AttemptRecord[]> {
  const after = Math.max(0, (attempt?.number ?? 0) - ATTEMPTS_SHOWN)
  const attempts = useResource(
    `jobs/${id}/attempts?after=${after}`,
    (options) => {
      const input = { param: { id: encodeURIComponent(id) }, query: { after: String(after) } }
      return request(() => api.jobs[':id'].attempts.$get(input), options)
    },
    { everyMs: isFinal(status) ? Infinity : REVALIDATE_DEFAULT_MS },
  )
  useReadAgain(attempts, revision)
  return attempts
}
