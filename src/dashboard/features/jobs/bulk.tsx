import type { JobSnapshot } from '../../../client/index.ts'
import { isFinal, mayBeDeleted } from '../../../shared/job-status.ts'
import { api } from '../../api/client.ts'
import { explain } from '../../api/problem.ts'
import { entityTag, request } from '../../api/request.ts'
import { refresh } from '../../api/resource.ts'
import { confirm } from '../../components/confirm.tsx'
import { toast } from '../../components/toast.tsx'
import type { EndCommand } from '../../domain/end-job.ts'
import { doneKey, sendCommand } from '../../domain/job-commands.ts'
import { lostBy } from '../../domain/lost.ts'
import { formatList } from '../../i18n/format.ts'
import { t } from '../../i18n/text.ts'

type Chosen = { job: JobSnapshot; etag: string | null }

const mayEnd = ({ status }: JobSnapshot, command: EndCommand): boolean =>
  command === 'cancel' ? !isFinal(status) : mayBeDeleted(status)

/**
 * Cancels or deletes the chosen jobs after one confirmation, which says of each what would be lost. A job that has changed
 * since, or cannot be ended so, is left as it is and named.
 *
 * @returns the ids of the jobs that were left as they are
 */
export async function endJobs(ids: readonly string[], command: EndCommand): Promise<string[]> {
  const read = await Promise.all(ids.map(readJob))
  const chosen = read.filter((one) => one !== null)
  // Those that wait go first: the slot that another gives back would start them.
  const ending = chosen
    .filter(({ job }) => mayEnd(job, command))
    .sort((a, b) => (b.job.queue_position ?? 0) - (a.job.queue_position ?? 0))
  if (ending.length === 0) {
    toast.failed(t(command === 'cancel' ? 'jobs.noneToCancel' : 'jobs.noneToDelete'))
    return [...ids]
  }
  if (!(await ask(ending, chosen.length - ending.length, command))) return [...ids]
  const left: string[] = []
  const ended = new Set<string>()
  /** Of runners: the jobs still go on. */
  const requested: string[] = []
  for (const { job, etag } of ending) {
    const answer = await sendCommand(job.id, command, etag)
    if (answer.ok) {
      ended.add(job.id)
      if (doneKey(command, answer.data) === 'job.cancelRequested') requested.push(job.name)
    } else left.push(t('jobs.refused', { name: job.name, reason: explain(answer.refusal) }))
  }
  await Promise.all([refresh('jobs'), refresh('status'), refresh('models')])
  const count = ended.size - requested.length
  if (count > 0) toast.done(t(command === 'cancel' ? 'jobs.bulkCancelled' : 'jobs.bulkDeleted', { count }))
  if (requested.length > 0) toast.done(t('job.cancelRequested', { name: formatList(requested) }))
  if (left.length > 0) toast.failed(left.join(' '))
  return ids.filter((id) => !ended.has(id))
}

async function readJob(id: string): Promise<Chosen | null> {
  const answer = await request(() => api.jobs[':id'].$get({ param: { id: encodeURIComponent(id) } }))
  return answer.ok ? { job: answer.data, etag: entityTag(answer.headers) } : null
}

function ask(ending: readonly Chosen[], leftOut: number, command: EndCommand): Promise<boolean> {
  const count = ending.length
  return confirm({
    title: t(command === 'cancel' ? 'jobs.bulkCancelTitle' : 'jobs.bulkDeleteTitle', { count }),
    text: (
      <div class="stack-s">
        <ul class="lost">
          {ending.map(({ job }) => (
            <li key={job.id}>
              <strong>{job.name}</strong> {lostBy(command, job)[0]}
            </li>
          ))}
        </ul>
        <p>{t(command === 'cancel' ? 'jobs.cancelNoModel' : 'jobs.bulkDeleteKeeps')}</p>
        {leftOut > 0 && <p class="quiet">{t('jobs.bulkLeftOut', { count: leftOut })}</p>}
      </div>
    ),
    action: t(command === 'cancel' ? 'jobs.bulkCancel' : 'jobs.bulkDelete', { count }),
    dismiss: t(command === 'cancel' ? 'jobs.cancelKeep' : 'jobs.deleteKeep'),
    dangerous: true,
  })
}
