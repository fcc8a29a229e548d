import { api } from '../api/client.ts'
import { type Answer, request } from '../api/request.ts'
import { refresh } from '../api/resource.ts'

/** `queue`: to resume when a slot is free; `leave`: to stay paused after all. */
export type JobCommand = 'pause' | 'resume' | 'queue' | 'leave' | 'cancel' | 'delete'

/**
 * Sends a command to a job, and revalidates everything that shows jobs. The stream reports the effect at once.
 *
 * @param etag of the job as it was shown: the command is rejected if more than its steps has changed since
 */
export async function commandJob(
  id: string,
  command: JobCommand,
  etag: string | null = null,
): Promise<Answer<unknown>> {
  const answer = await sendCommand(id, command, etag)
  await Promise.all([refresh('jobs'), refresh('status'), refresh('models')])
  return answer
}

/** Sends a command as one of several, after which the caller revalidates. */
export function sendCommand(id: string, command: JobCommand, etag: string | null): Promise<Answer<unknown>> {
  const input = { param: { id: encodeURIComponent(id) }, header: etag === null ? {} : { 'If-Match': etag } }
  const job = api.jobs[':id']
  switch (command) {
    case 'pause':
    case 'leave':
      return request(() => job.pause.$post(input))
    case 'resume':
      return request(() => job.resume.$post({ ...input, query: {} }))
    case 'queue':
      return request(() => job.resume.$post({ ...input, query: { when_busy: 'queue' } }))
    case 'cancel':
      return request(() => job.cancel.$post(input))
    case 'delete':
      return request(() => job.$delete(input))
  }
}
