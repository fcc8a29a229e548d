import { api } from '../api/client.ts'
import { type Answer, request } from '../api/request.ts'
import { refresh } from '../api/resource.ts'
import type { TextKey } from '../i18n/text.ts'

/** `queue`: to resume when a slot is free; `leave`: to stay paused after all. */
export type JobCommand = 'pause' | 'resume' | 'queue' | 'leave' | 'cancel' | 'delete'

/** What came of a command, in the API's words. */
export type Done = { message: string }

/** The text about a command that was carried out: of a runner it is only requested. */
export const doneKey = (command: JobCommand, { message }: Done): TextKey =>
  message.endsWith(' requested') && (command === 'pause' || command === 'cancel')
    ? `job.${command}Requested`
    : `job.${command}Done`

/**
 * Sends a command to a job, and revalidates everything that shows jobs. The stream reports the effect at once.
 *
 * @param etag of the job as it was shown: the command is rejected if more than its steps has changed since
 */
export async function commandJob(id: string, command: JobCommand, etag: string | null = null): Promise<Answer<Done>> {
  const answer = await sendCommand(id, command, etag)
  await Promise.all([refresh('jobs'), refresh('status'), refresh('models')])
  return answer
}

/** Sends a command as one of several, after which the caller revalidates. */
export function sendCommand(id: string, command: JobCommand, etag: string | null): Promise<Answer<Done>> {
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
