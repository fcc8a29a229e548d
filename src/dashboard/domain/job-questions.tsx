import type { JobSnapshot } from '../../client/index.ts'
import type { Question } from '../components/question.ts'
import { t } from '../i18n/text.ts'
import { lostBy } from './lost.ts'

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
