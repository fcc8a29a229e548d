import { api } from '../../api/client.ts'
import { kindOf, type Problem } from '../../api/problem.ts'
import { type Answer, request } from '../../api/request.ts'
import type { JobRequest } from './bounds.ts'
import type { Attempt } from './session-draft.ts'

/** A key by which the API recognizes a repeated request. */
function newKey(): string {
  // randomUUID is there over https only, and the service may stand in a local network.
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/**
 * The attempt to submit a form. While the previous attempt is unanswered, the same form is the same request, also if
 * the job would have to wait by now: perhaps because it took the slot itself.
 */
export function attemptFor(job: JobRequest, waits: boolean, before: Attempt | null): Attempt {
  const request = JSON.stringify(job)
  return before?.request === request ? before : { key: newKey(), request, waits }
}

/** Creates a job. However often an attempt is sent, it creates one job. */
export function send(job: JobRequest, { key, waits }: Attempt): Promise<Answer<{ id: string }>> {
  const query = { when_busy: waits ? 'queue' : 'reject' } as const
  return request(() => api.jobs.$post({ json: job, query, header: { 'Idempotency-Key': key } }))
}

/**
 * Whether the job may exist although it was not confirmed: only 4xx is a rejection. The status is 0 without a response.
 */
export const isUnknown = ({ status }: Problem): boolean => status < 400 || status >= 500

/** Whether the job would have been accepted with permission to wait. */
export const wantsWaiting = (refusal: Problem): boolean => kindOf(refusal) === 'slot-taken'
