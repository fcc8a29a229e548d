import type { JobSnapshot } from '../../client/index.ts'
import { isFinal, mayBeDeleted } from '../../shared/job-status.ts'
import { Button } from '../components/button.tsx'
import { toast } from '../components/toast.tsx'
import { t } from '../i18n/text.ts'
import { endJob } from './end-job.ts'
import { commandJob, type JobCommand } from './job-commands.ts'

export type JobActionsProps = {
  /** The current state. */
  job: Pick<JobSnapshot, 'id' | 'name' | 'status'>
  /** Deletes it after confirmation: the page has to be left then. */
  onDelete: () => Promise<void>
}

/** The actions on a job in its state: pause or resume, duplicate, cancel, delete. */
export function JobActions({ job, onDelete }: JobActionsProps) {
  const { id, name, status } = job
  const button = (command: JobCommand, onClick: () => Promise<unknown>) => (
    <Button {...looks[command]} onClick={onClick}>
      {t(`job.${command}`)}
      <span class="visually-hidden"> {name}</span>
    </Button>
  )
  // Pause and resume are one button, which keeps the focus.
  const steering = status === 'training' ? 'pause' : status === 'paused' ? 'resume' : null
  return (
    <>
      {steering && button(steering, () => steer(job, steering))}
      <a class="button" href={`/jobs/new?from=${encodeURIComponent(id)}`}>
        {t('jobs.duplicate')}
        <span class="visually-hidden"> {name}</span>
      </a>
      {!isFinal(status) && button('cancel', () => endJob(job, 'cancel'))}
      {mayBeDeleted(status) && button('delete', onDelete)}
    </>
  )
}

const looks = {
  pause: { needs: 'operator' },
  resume: { needs: 'operator' },
  cancel: { needs: 'operator', look: 'danger' },
  delete: { needs: 'admin', look: 'danger plain' },
} as const

async function steer({ id, name }: JobActionsProps['job'], command: 'pause' | 'resume'): Promise<void> {
  const answer = await commandJob(id, command)
  if (answer.ok) toast.done(t(`job.${command}Done`, { name }))
  else toast.refused(answer.refusal)
}
