import { isFinal } from '../../../../shared/job-status.ts'
import type { JobState } from '../../../live/state.ts'
import { useAnnouncements } from './announcements.ts'
import { useFavicon } from './favicon.ts'
import { NotifyButton } from './notify-button.tsx'

export type NotifyProps = {
  job: { id: string; name: string }
  state: JobState
  /** Whether something else is so of the job beside its status. */
  hasCondition: boolean
}

/** How a job is followed without looking at its page: the icon of its tab, what screen readers are told, and notifications. */
export function Notify({ job, state, hasCondition }: NotifyProps) {
  useFavicon(state.status, hasCondition)
  useAnnouncements(job.name, state)
  return isFinal(state.status) ? null : <NotifyButton key={job.id} job={job} />
}
