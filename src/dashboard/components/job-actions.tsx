import { useState } from 'preact/hooks'
import type { JobSnapshot } from '../../client.ts'
import { isFinal, type JobStatus } from '../../jobs/status.ts'
import { commandJob, type JobCommand } from '../api/jobs.ts'
import { t } from '../i18n/text.ts'
import { Button } from './button.tsx'
import { confirm } from './confirm.tsx'
import { questionOf } from './job-questions.tsx'
import { toast } from './toast.tsx'

export type JobActionsProps = {
  /** As it is now. */
  job: JobSnapshot
  /** Of the job as it was looked at, where it is known. */
  etag?: string | null
  /** Told when a job was deleted, and its page is to be left. */
  onDeleted?: () => void
}

const mayBeDeleted = (status: JobStatus) => status === 'queued' || status === 'paused' || isFinal(status)

/** What can be done with a job in its state: pause or resume, cancel, delete. What loses something asks first. */
export function JobActions({ job, etag = null, onDeleted }: JobActionsProps) {
  const { status } = job
  const [running, setRunning] = useState<JobCommand | null>(null)
  const act = async (command: JobCommand) => {
    const loses = command === 'cancel' || command === 'delete'
    if (loses && !(await confirm(questionOf(command, job)))) return
    setRunning(command)
    const answer = await commandJob(job.id, command, etag)
    setRunning(null)
    if (!answer.ok) return toast.refused(answer.refusal)
    toast.done(t(`job.${command}Done`, { name: job.name }))
    if (command === 'delete') onDeleted?.()
  }
  const button = (command: JobCommand, needs: 'operator' | 'admin', look?: 'danger' | 'danger plain') => (
    <Button needs={needs} {...(look ? { look } : {})} pending={running === command} onClick={() => void act(command)}>
      {t(`job.${command}`)}
      <span class="visually-hidden"> {job.name}</span>
    </Button>
  )
  // Pause and resume are one button, which keeps the focus.
  const steering = status === 'training' ? 'pause' : status === 'paused' ? 'resume' : null
  return (
    <>
      {steering && button(steering, 'operator')}
      {!isFinal(status) && button('cancel', 'operator', 'danger')}
      {mayBeDeleted(status) && button('delete', 'admin', 'danger plain')}
    </>
  )
}
