import type { JobSnapshot } from '../../../client/index.ts'
import { isFinal } from '../../../shared/job-status.ts'
import { actorNamed } from '../../domain/actor.ts'
import { formatClock, formatDateTime, formatLoss, formatProgress, formatScore, noValue } from '../../i18n/format.ts'
import { t } from '../../i18n/text.ts'
import type { JobState } from '../../live/state.ts'

/** The job's numbers. */
export function Metrics({ state, job }: { state: JobState; job: JobSnapshot }) {
  const over = isFinal(state.status)
  const { live } = state
  // Without a stream the last two are unknown, but keep their places.
  const metrics: (readonly [string, string])[] = [
    [t('job.progress'), state.progress === null ? noValue : formatProgress(state.progress)],
    [t('common.epoch'), t('job.of', { part: state.epoch ?? noValue, whole: state.epochs || noValue })],
    [t('job.steps'), live === null ? noValue : t('job.of', { part: live.step, whole: live.steps ?? noValue })],
    [t('job.trained'), live === null ? noValue : formatClock(live.elapsedMs)],
  ]
  if (!over) metrics.push(timeLeft(state))
  metrics.push(
    [t('job.trainingLoss'), formatLoss(state.loss)],
    [t('job.valLoss'), formatLoss(state.valLoss)],
    [t('job.accuracy'), formatScore(state.accuracy)],
  )
  return (
    <>
      <dl class="facts">
        {metrics.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p class="quiet small">{timesOf(job, state).join(' · ')}</p>
    </>
  )
}

/** The remaining time of work: the time in the queue is unknown. */
function timeLeft({ status, remainingMs }: JobState): readonly [string, string] {
  const name = t(status === 'queued' ? 'job.estimatedDuration' : 'job.timeLeft')
  return [name, remainingMs === null ? noValue : formatClock(remainingMs)]
}

/** The stream does not report documents: they follow from the steps, as in the API. */
function documentsAt({ live }: JobState, { total_documents, documents_processed }: JobSnapshot): number | null {
  if (live === null) return documents_processed
  return live.steps === null ? documents_processed : Math.floor((live.step * total_documents) / live.steps)
}

function timesOf(job: JobSnapshot, state: JobState): string[] {
  const creator = actorNamed(job.created_by)
  const created = { at: formatDateTime(job.created_at), name: creator ?? '' }
  const times = [t(creator === null ? 'job.created' : 'job.createdBy', created)]
  if (job.started_at !== null) times.push(t('job.started', { at: formatDateTime(job.started_at) }))
  if (job.completed_at !== null) times.push(t('job.endedAt', { at: formatDateTime(job.completed_at) }))
  else if (state.status === 'training' && state.remainingMs !== null && job.requested === null) {
    times.push(t('job.expected', { at: formatDateTime(Date.now() + state.remainingMs) }))
  }
  const { dataset, total_documents: count } = job
  // Which of them a real training has read by now, nobody says. The run of a script has none.
  if (job.trainer !== 'simulated') {
    if (dataset !== null) times.push(t('common.documents', { count: dataset.documents }))
  } else if (count > 0) times.push(t('job.documents', { part: documentsAt(state, job) ?? noValue, count }))
  return times
}
