import type { JobSnapshot } from '../../client/index.ts'
import { isFinal } from '../../shared/job-status.ts'
import { formatProgress, noValue } from '../i18n/format.ts'
import { t } from '../i18n/text.ts'

/** What would be lost, in sentences, the most telling first. */
export const lostBy = (command: 'cancel' | 'delete', job: JobSnapshot): string[] =>
  command === 'cancel' ? lostByCancel(job) : lostByDelete(job)

const lostByCancel = (job: JobSnapshot): string[] => [progressLost(job), t('jobs.cancelNoModel')]

function progressLost(job: JobSnapshot): string {
  const { status, progress, current_epoch, total_epochs, queue_position } = job
  if (job.trainer === 'mlflow') return t('jobs.cancelScript')
  if (isHalfTrained(job)) return t('jobs.trainingLost')
  if (status === 'validating') return t('jobs.cancelValidating')
  if (status === 'queued' && queue_position !== null) return t('jobs.cancelWaiting', { place: queue_position })
  if (status !== 'training' && status !== 'paused') return t('jobs.cancelBefore')
  return t('jobs.cancelProgress', {
    progress: formatProgress(progress, 1),
    epoch: current_epoch ?? noValue,
    epochs: total_epochs,
  })
}

/** Whether runners have begun with a job: whatever it is, it need not know its epochs, and may wait for the next one. */
const isHalfTrained = ({ trainer, started_at, status }: JobSnapshot): boolean =>
  trainer === 'runner' && started_at !== null && !isFinal(status)

function lostByDelete(job: JobSnapshot): string[] {
  const { status, progress, queue_position } = job
  const lost = t('jobs.deleteCurve')
  if (isHalfTrained(job)) return [t('jobs.trainingLost'), lost]
  if (status === 'queued' && queue_position === null) return [t('jobs.cancelBefore'), lost]
  if (status === 'queued') return [t('jobs.deleteWaiting'), lost]
  if (status === 'paused') return [t('jobs.deletePaused', { progress: formatProgress(progress, 1) }), lost]
  return status === 'completed' ? [lost, t('jobs.deleteModel')] : [lost]
}
