import { isFinal, type JobStatus } from '../../../../shared/job-status.ts'
import { useFavicon } from './favicon.ts'
import { NotifyButton } from './notify-button.tsx'

export type NotifyProps = {
  job: { id: string; name: string }
  status: JobStatus
  /** Whether something else is so of the job beside its status. */
  hasCondition: boolean
}

/** How a job is seen from another tab or program: the icon of its tab, and notifications. */
export function Notify({ job, status, hasCondition }: NotifyProps) {
  useFavicon(status, hasCondition)
  return isFinal(status) ? null : <NotifyButton key={job.id} job={job} />
}
