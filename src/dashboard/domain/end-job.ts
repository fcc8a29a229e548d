import type { JobSnapshot } from '../../client/index.ts'
import { isFinal, mayBeDeleted } from '../../shared/job-status.ts'
import { api } from '../api/client.ts'
import type { Problem } from '../api/problem.ts'
import { entityTag, request } from '../api/request.ts'
import { refresh } from '../api/resource.ts'
import { confirm } from '../components/confirm.tsx'
import { toast } from '../components/toast.tsx'
import { t } from '../i18n/text.ts'
import { commandJob, doneKey } from './job-commands.ts'
import { questionOf } from './job-questions.tsx'

/** A command that discards something for good. */
export type EndCommand = 'cancel' | 'delete'

/**
 * Cancels or deletes a job after confirmation. The question describes the current job; if the job changes while the
 * question is open, it is asked again. Commands that the service would reject anyway are sent without a question.
 *
 * @param onRefused called with a refusal; shows a toast by default
 * @returns whether it was done
 */
export async function endJob(
  { id }: Pick<JobSnapshot, 'id'>,
  command: EndCommand,
  onRefused: (refusal: Problem) => void = toast.refused,
): Promise<boolean> {
  for (let hasChanged = false; ; hasChanged = true) {
    const now = await request(() => api.jobs[':id'].$get({ param: { id: encodeURIComponent(id) } }))
    if (!now.ok) {
      onRefused(now.refusal)
      await refresh('jobs')
      return false
    }
    const job = now.data
    if (mayEnd(job, command) && !(await confirm(questionOf(command, job, hasChanged)))) return false
    const answer = await commandJob(id, command, entityTag(now.headers))
    if (answer.ok) {
      toast.done(t(doneKey(command, answer.data), { name: job.name }))
      return true
    }
    if (answer.refusal.status !== 412) {
      onRefused(answer.refusal)
      return false
    }
  }
}

const mayEnd = ({ status }: JobSnapshot, command: EndCommand): boolean =>
  command === 'cancel' ? !isFinal(status) : mayBeDeleted(status)
