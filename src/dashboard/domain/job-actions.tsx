import { useState } from 'preact/hooks'
import type { JobSnapshot } from '../../client/index.ts'
import { isFinal, mayBeDeleted } from '../../shared/job-status.ts'
import { Button } from '../components/button.tsx'
import { toast } from '../components/toast.tsx'
import { t } from '../i18n/text.ts'
import { endJob } from './end-job.ts'
import { commandJob, doneKey, type JobCommand } from './job-commands.ts'
import { JobFormLink } from './job-form-link.tsx'
import { type Steered, type Steering, steeringOf, WatchSlots } from './steering.ts'

export type JobActionsProps = {
  /** The current state. */
  job: Pick<JobSnapshot, 'id' | 'name'> & Steered
  /** Deletes it after confirmation: the page has to be left then. */
  onDelete: () => Promise<void>
}

/**
 * The actions on a job. Each keeps its place and width while the job changes, unavailable where it makes no sense: no
 * click meets another button than the one it was meant for. A job that was over from the start offers what it ever will.
 */
export function JobActions({ job, onDelete }: JobActionsProps) {
  const { id, name, status } = job
  const [wasOver] = useState(isFinal(status))
  const button = (command: JobCommand, onClick: () => Promise<unknown>, unavailable: string | null) => (
    <Button {...looks[command]} onClick={onClick} unavailable={unavailable}>
      {t(`job.${command}`)}
      <span class="visually-hidden"> {name}</span>
    </Button>
  )
  // One button, which keeps the focus.
  const steering = steeringOf(job)
  const isOver = isFinal(status) ? t('problem.already') : null
  return (
    <div class="job-buttons">
      {status === 'paused' && <WatchSlots />}
      {!wasOver && (
        <>
          <div class="job-steering">
            {button(steering ?? 'pause', () => steer(job, steering ?? 'pause'), isOver ?? whyNotNow(job, steering))}
            <span class="button" aria-hidden="true">
              {t((steering ?? 'pause') === 'pause' ? 'job.resume' : 'job.pause')}
            </span>
          </div>
          {button('cancel', () => endJob(job, 'cancel'), isOver)}
        </>
      )}
      {job.trainer !== 'mlflow' && (
        <JobFormLink from={id}>
          {t('jobs.duplicate')}
          <span class="visually-hidden"> {name}</span>
        </JobFormLink>
      )}
      {button('delete', onDelete, mayBeDeleted(status) ? null : t(whyRunning(job)))}
    </div>
  )
}

/** Why a job can be neither paused nor resumed now; `null`: it can. */
const whyNotNow = ({ trainer }: Steered, steering: Steering | null): string | null =>
  steering === null ? t(openedElsewhere(trainer) ?? 'problem.not-running') : null

/** Why a job that is running cannot be deleted: not each can be paused for that. */
const whyRunning = ({ trainer }: Steered) => openedElsewhere(trainer) ?? 'problem.running'

/** What to do instead where a script has opened the run itself; `null`: it has not. */
const openedElsewhere = (trainer: Steered['trainer']) => (trainer === 'mlflow' ? 'problem.opened-elsewhere' : null)

const looks = {
  pause: { needs: 'operator', turns: true },
  resume: { needs: 'operator', turns: true },
  queue: { needs: 'operator', turns: true },
  leave: { needs: 'operator', turns: true },
  cancel: { needs: 'operator', look: 'danger' },
  delete: { needs: 'admin', look: 'danger plain' },
} as const

async function steer({ id, name }: JobActionsProps['job'], command: Steering): Promise<void> {
  const answer = await commandJob(id, command)
  if (answer.ok) toast.done(t(doneKey(command, answer.data), { name }))
  else toast.refused(answer.refusal)
}
