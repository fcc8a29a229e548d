import type { JobSnapshot } from '../../../../client/index.ts'
import { isFinal } from '../../../../shared/job-status.ts'
import { formatTime } from '../../../i18n/format.ts'
import { t } from '../../../i18n/text.ts'
import type { Told } from './watched-jobs.ts'

/** Something to notify of. `told`: what is to be remembered of it; `null`: that was the last. */
export type News = { text: string; told: Told | null }

/** What is new about a watched job: that it has ended, or that its runner has fallen silent, each once. */
export function newsOf(job: JobSnapshot, told: Told): News | null {
  const { status, attempt, error_message: reason } = job
  if (isFinal(status)) {
    const text = status === 'failed' && reason !== null ? t('notify.failedWhy', { reason }) : t(`common.${status}`)
    return { text, told: null }
  }
  const since = attempt?.ended === null ? attempt.silent_since : null
  return since === null || since === told ? null : { text: t('notify.silent', { at: formatTime(since) }), told: since }
}
