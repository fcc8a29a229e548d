import type { JobSnapshot } from '../../client/index.ts'
import { isFinal, mayBeDeleted } from '../../shared/job-status.ts'
import { api } from '../api/client.ts'
import type { Problem } from '../api/problem.ts'
import { entityTag, request } from '../api/request.ts'
import { refresh } from '../api/resource.ts'
import { confirm } from '../components/confirm.tsx'
import { toast } from '../components/toast.tsx'
import { t } from '../i18n/text.ts'
import { commandJob } from './job-commands.ts'
import { questionOf } from './job-questions.tsx'

/** A command that something is lost by for good. */
export type EndCommand = 'cancel' | 'delete'

/**
 * Cancels or deletes a job, after asking. The question is about the job as it is now, and whoever agrees has agreed to
 * that: when the job has changed while the question was open, it is asked anew. What the service would refuse anyhow is
 * not asked about.
 *
 * @param onRefused tells of a refusal; a toast, unless told otherwise
 * @returns whether it is done
 */
export async function endJob(
  { id }: Pick<JobSnapshot, 'id'>,
  command: EndCommand,
  onRefused: (refusal: Problem) => void = toast.refused,
): Promise<boolean> {
  for (let hasChanged = false; ; hasChanged = true) {
    const now = await request(() => api.jobs[':id'].$get({ param: { id: encodeURIComponent(id) }, header: {} }))
    if (!now.ok) {
      onRefused(now.refusal)
      await refresh('jobs')
      return false
    }
    const job = now.data
    if (mayEnd(job, command) && !(await confirm(questionOf(command, job, hasChanged)))) return false
    const answer = await commandJob(id, command, entityTag(now.headers))
    if (answer.ok) {
      toast.done(t(`job.${command}Done`, { name: job.name }))
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
