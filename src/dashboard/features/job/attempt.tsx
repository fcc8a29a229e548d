import type { JobSnapshot } from '../../../client/index.ts'
import { isFinal, type JobStatus } from '../../../shared/job-status.ts'
import { runner as de } from '../../i18n/de/runner.ts'
import { runner as en } from '../../i18n/en/runner.ts'
import { formatMoment } from '../../i18n/format.ts'
import { addTexts, t } from '../../i18n/text.ts'

addTexts({ en: { runner: en }, de: { runner: de } })

/** Who trains a job, or what it waits for; and what was requested of the runner but has not happened yet. */
export function AttemptLine({ job, status }: { job: JobSnapshot; status: JobStatus }) {
  const texts = isFinal(status) ? [] : [...requestTexts(job, status), ...healthTexts(job)]
  const { attempt } = job
  if (attempt !== null) texts.push(t('runner.attempt', { runner: attempt.runner, number: attempt.number }))
  return texts.length === 0 ? null : <p>{texts.join(' · ')}</p>
}

/** Once a job is paused, what was requested has happened. */
function requestTexts({ requested }: JobSnapshot, status: JobStatus): string[] {
  if (requested === null || status === 'paused') return []
  const texts = [t(`runner.${requested.what}`)]
  if (requested.stopping_at !== null) texts.push(t('runner.stopping'))
  else if (requested.seen_at !== null) texts.push(t('runner.seen'))
  return texts
}

function healthTexts({ waiting_for, attempt }: JobSnapshot): string[] {
  const texts = waiting_for === 'runner' ? [t('runner.waiting')] : []
  if (attempt?.ended === null && attempt.silent_since !== null) {
    texts.push(t('runner.silent', { at: formatMoment(attempt.silent_since) }))
  } else if (attempt?.ended === null && attempt.stalled_since !== null) {
    texts.push(t('runner.stalled', { at: formatMoment(attempt.stalled_since) }))
  }
  return texts
}
