import { type ReadonlySignal, signal } from '@preact/signals'
import type { JobSnapshot } from '../../../client/index.ts'
import { isFinal, type JobStatus } from '../../../shared/job-status.ts'
import { explain, type Problem } from '../../api/problem.ts'
import { announce, toast } from '../../components/toast.tsx'
import { type EndCommand, endJob } from '../../domain/end-job.ts'
import { commandJob, doneKey } from '../../domain/job-commands.ts'
import type { Steering } from '../../domain/steering.ts'
import { t } from '../../i18n/text.ts'

/** Commands on the jobs of a list, and their refusals. */
export type JobCommands = {
  /** The refusal of the last command to a job, by the job's id. */
  refusals: ReadonlySignal<ReadonlyMap<string, Problem>>
  dismiss: (id: string) => void
  /** The job with its assumed status while a pause or resume is pending. */
  assumed: (job: JobSnapshot) => JobSnapshot
  /** Steers the job. Its pause or resume is shown before the response, since it can be undone. */
  steer: (job: JobSnapshot, command: Steering) => Promise<void>
  /** Cancels or deletes after confirmation. */
  end: (job: JobSnapshot, command: EndCommand) => Promise<void>
}

/** The status that a command leads to, and the revision before it: any later one supersedes it. */
type Assumption = { status: JobStatus; revision: number }

export function createJobCommands(): JobCommands {
  const refusals = signal<ReadonlyMap<string, Problem>>(new Map())
  const assumptions = signal<ReadonlyMap<string, Assumption>>(new Map())

  const dismiss = (id: string) => {
    refusals.value = without(refusals.value, id)
  }

  /** Shows a refusal at the job's row, or as a toast if the job is gone. */
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

  async function steer(job: JobSnapshot, command: Steering): Promise<void> {
    dismiss(job.id)
    const status = command === 'resume' ? 'training' : 'paused'
    // Of a runner it is only requested.
    if (job.trainer === 'simulated') {
      assumptions.value = new Map(assumptions.value).set(job.id, { status, revision: job.revision })
    }
    const answer = await commandJob(job.id, command)
    assumptions.value = without(assumptions.value, job.id)
    if (answer.ok) announce(t(doneKey(command, answer.data), { name: job.name }))
    else refused(job, answer.refusal)
  }

  async function end(job: Named, command: EndCommand): Promise<void> {
    dismiss(job.id)
    await endJob(job, command, (refusal) => refused(job, refusal))
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
