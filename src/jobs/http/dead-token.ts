import type { Context } from 'hono'
import type { AppEnv } from '../../auth/env.ts'
import { noteValidJobToken, refuseFailedJobToken } from '../../auth/job-token-verdict.ts'
import { isLiveToken } from '../runners.ts'

/**
 * The answer to a request with a job token that is not, or no longer, that of a live attempt at the job: only the job's
 * object knows. `null`: the token is valid, or the request has another credential.
 */
export async function rejectDeadJobToken(c: Context<AppEnv>, id: string): Promise<Response | null> {
  const { jobToken } = c.get('credential')
  if (jobToken === undefined) return null
  if (!(await isLiveToken(c.env, id, jobToken.hash))) return refuseFailedJobToken(c)
  noteValidJobToken(c)
  return null
}
