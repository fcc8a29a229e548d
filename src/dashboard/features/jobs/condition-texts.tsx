import type { JobSnapshot } from '../../../client/index.ts'
import { isFinal } from '../../../shared/job-status.ts'
import { formatRunning } from '../../i18n/format-running.ts'
import { t } from '../../i18n/text.ts'

/** What a job that runners train waits for, or what is the matter with its runner, and which that is. */
export function ConditionTexts({ job }: { job: JobSnapshot }) {
  const { attempt, status } = job
  if (isFinal(status)) return null
  const live = attempt?.ended === null ? attempt : null
  const texts = [
    // The badge of one that nobody has had says so.
    ...(job.waiting_for === 'runner' && attempt !== null ? [t('jobList.waitsForRunner')] : []),
    ...sinceTexts(live?.silent_since, 'jobList.notHeard'),
    ...sinceTexts(live?.stalled_since, 'jobList.noStep'),
  ]
  return (
    <>
      {texts.map((text) => (
        <span key={text} class="job-condition small">
          {text}
        </span>
      ))}
      {live !== null && live.runner !== '' && (
        <a class="job-runner quiet small" href={`/jobs?${new URLSearchParams({ runner: live.runner })}`}>
          {live.runner}
        </a>
      )}
    </>
  )
}

function sinceTexts(since: string | null | undefined, key: 'jobList.notHeard' | 'jobList.noStep'): string[] {
  return since == null ? [] : [t(key, { time: formatRunning(Date.now() - Date.parse(since)) })]
}
