import type { JobSnapshot } from '../../../../client/index.ts'
import { isFinal, type JobStatus } from '../../../../shared/job-status.ts'
import { t } from '../../../i18n/text.ts'
import { nextBegins } from './sentences.ts'

type Attempt = NonNullable<JobSnapshot['attempt']>

/** The attempt of a job that can be given up: one that is confirmed and has not ended. */
export const attemptToGiveUp = ({ attempt }: JobSnapshot, status: JobStatus): Attempt | null =>
  attempt !== null && attempt.ended === null && attempt.heard_at !== null && !isFinal(status) ? attempt : null

/** A run that a script has opened itself is its one attempt. */
export const actionOf = ({ trainer }: JobSnapshot): string =>
  t(trainer === 'mlflow' ? 'attempts.giveUpRun' : 'attempts.giveUp')

/** What is asked before an attempt is given up: what it means for its process and for the job as it is. */
export type Consequences = { title: string; sentences: string[]; action: string }

export function consequencesOf(job: JobSnapshot, { number, runner }: Attempt, hasChanged: boolean): Consequences {
  const title = job.trainer === 'mlflow' ? 'attempts.giveUpRunTitle' : 'attempts.giveUpTitle'
  const changed = hasChanged ? [t('job.hasChanged')] : []
  return {
    title: t(title, { number, runner }),
    sentences: [...changed, t('attempts.giveUpProcess'), ...whatFollows(job)],
    action: actionOf(job),
  }
}

function whatFollows(job: JobSnapshot): string[] {
  const { trainer, requested } = job
  if (trainer === 'mlflow') return [t('attempts.giveUpFails')]
  if (requested !== null) return [t(requested.what === 'pause' ? 'attempts.giveUpPause' : 'attempts.giveUpCancel')]
  return [t('attempts.giveUpOffered'), nextBegins(job)]
}
