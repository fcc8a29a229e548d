import type { JobSnapshot } from '../../client/index.ts'
import type { Question } from '../components/question.ts'
import { formatProgress, noValue } from '../i18n/format.ts'
import { t } from '../i18n/text.ts'

/**
 * The question before a job is cancelled or deleted: what would be lost, for the current job.
 *
 * @param hasChanged whether the job has changed since the question was asked first
 */
export function questionOf(command: 'cancel' | 'delete', job: JobSnapshot, hasChanged: boolean): Question {
  const { name } = job
  const lost = lostBy(command, job)
  const sentences = hasChanged ? [t('job.hasChanged'), ...lost] : lost
  return {
    title: command === 'cancel' ? t('job.cancelTitle', { name }) : t('job.deleteTitle', { name }),
    text: (
      <div class="stack-s">
        {sentences.map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
      </div>
    ),
    action: command === 'cancel' ? t('job.cancel') : t('jobs.deleteDo'),
    dismiss: command === 'cancel' ? t('jobs.cancelKeep') : t('jobs.deleteKeep'),
    dangerous: true,
  }
}

/** What would be lost, in sentences, the most telling first. */
export const lostBy = (command: 'cancel' | 'delete', job: JobSnapshot): string[] =>
  command === 'cancel' ? lostByCancel(job) : lostByDelete(job)

const lostByCancel = (job: JobSnapshot): string[] => [progressLost(job), t('jobs.cancelNoModel')]

function progressLost({ status, progress, current_epoch, total_epochs, queue_position }: JobSnapshot): string {
  if (status === 'validating') return t('jobs.cancelValidating')
  if (status === 'queued' && queue_position !== null) return t('jobs.cancelWaiting', { place: queue_position })
  if (status !== 'training' && status !== 'paused') return t('jobs.cancelBefore')
  return t('jobs.cancelProgress', {
    progress: formatProgress(progress, 1),
    epoch: current_epoch ?? noValue,
    epochs: total_epochs,
  })
}

function lostByDelete({ status, progress }: JobSnapshot): string[] {
  const lost = t('jobs.deleteCurve')
  if (status === 'queued') return [t('jobs.deleteWaiting'), lost]
  if (status === 'paused') return [t('jobs.deletePaused', { progress: formatProgress(progress, 1) }), lost]
  return status === 'completed' ? [lost, t('jobs.deleteModel')] : [lost]
}
