import { type ReadonlySignal, signal } from '@preact/signals'
import type { JobSnapshot } from '../../../client.ts'
import { isFinal, type JobStatus } from '../../../jobs/status.ts'
import { api } from '../../api/client.ts'
import { commandJob } from '../../api/jobs.ts'
import { explain, type Problem } from '../../api/problem.ts'
import { request } from '../../api/request.ts'
import { refresh } from '../../api/resource.ts'
import { confirm } from '../../components/confirm.tsx'
import { questionOf } from '../../components/job-questions.tsx'
import { announce, toast } from '../../components/toast.tsx'
import { t } from '../../i18n/text.ts'

/** What can be done with the jobs of a list, and what has been refused. */
export type JobCommands = {
  /** Why the last command to a job was refused, by the job's id. */
  refusals: ReadonlySignal<ReadonlyMap<string, Problem>>
  dismiss: (id: string) => void
  /** The job as it is taken to be while the service is told to pause or resume it. */
  assumed: (job: JobSnapshot) => JobSnapshot
  /** Pauses or resumes: shown before the service has answered, since the one undoes the other. */
  steer: (job: JobSnapshot, command: 'pause' | 'resume') => Promise<void>
  /** Cancels or deletes, after it was asked whether what is lost may be lost. */
  end: (job: JobSnapshot, command: 'cancel' | 'delete') => Promise<void>
}

/** A status that a command leads to, and the revision it was given on: any later one knows better. */
type Assumption = { status: JobStatus; revision: number }

export function createJobCommands(): JobCommands {
  const refusals = signal<ReadonlyMap<string, Problem>>(new Map())
  const assumptions = signal<ReadonlyMap<string, Assumption>>(new Map())

  const dismiss = (id: string) => {
    refusals.value = without(refusals.value, id)
  }

  /** Shows a refusal at the job's row; what is gone has none. */
  function refused({ id, name }: Named, refusal: Problem): void {
    if (refusal.status !== 404) refusals.value = new Map(refusals.value).set(id, refusal)
    else
      toast.refused({ ...refusal, type: 'about:blank', detail: t('jobs.refused', { name, reason: explain(refusal) }) })
  }

  function assumed(job: JobSnapshot): JobSnapshot {
    const assumption = assumptions.value.get(job.id)
    if (assumption === undefined || job.revision > assumption.revision || isFinal(job.status)) return job
    return { ...job, status: assumption.status, estimated_completion: null }
  }

  async function steer(job: JobSnapshot, command: 'pause' | 'resume'): Promise<void> {
    dismiss(job.id)
    const status = command === 'pause' ? 'paused' : 'training'
    assumptions.value = new Map(assumptions.value).set(job.id, { status, revision: job.revision })
    const answer = await commandJob(job.id, command)
    assumptions.value = without(assumptions.value, job.id)
    if (answer.ok) announce(t(`job.${command}Done`, { name: job.name }))
    else refused(job, answer.refusal)
  }

  /**
   * The question is about the job as it is now, and the command holds for that: when somebody has decided otherwise
   * while it was open, the service refuses.
   */
  async function end(job: Named, command: 'cancel' | 'delete'): Promise<void> {
    dismiss(job.id)
    const now = await request(() => api.jobs[':id'].$get({ param: { id: job.id }, header: {} }))
    if (!now.ok) {
      refused(job, now.refusal)
      return refresh('jobs')
    }
    if (!(await confirm(questionOf(command, now.data)))) return
    const answer = await commandJob(job.id, command, now.headers.get('ETag'))
    if (answer.ok) toast.done(t(`job.${command}Done`, { name: job.name }))
    else refused(job, answer.refusal)
  }

  return { refusals, dismiss, assumed, steer, end }
}

type Named = Pick<JobSnapshot, 'id' | 'name'>

function without<V>(map: ReadonlyMap<string, V>, key: string): ReadonlyMap<string, V> {
  if (!map.has(key)) return map
  const rest = new Map(map)
  rest.delete(key)
  return rest
}
