import type { JobSnapshot } from '../../../client/index.ts'
import { StateBadge } from '../../domain/state-badge.tsx'
import { progressTexts } from '../../domain/track.tsx'
import { formatAgo } from '../../i18n/format.ts'
import { t } from '../../i18n/text.ts'
import { progressOf } from '../../live/state.ts'
import { QUEUE_PANEL_JOBS } from '../../platform/limits.ts'
import type { PausedJobs } from './data.ts'

type JobPanelProps = {
  title: string
  /** Said when there are none. */
  empty?: string
  jobs: readonly JobSnapshot[]
  note: (job: JobSnapshot) => string
  /** The link to the others; `null`: all are listed. */
  more: { href: string; text: string } | null
}

/** Jobs that hold no slot: queued or paused. */
function JobPanel({ title, empty, jobs, note, more }: JobPanelProps) {
  return (
    <section class="panel">
      <h2>{title}</h2>
      {jobs.length === 0 ? <p class="quiet">{empty}</p> : <JobLines jobs={jobs} note={note} />}
      {more !== null && (
        <p class="lines-more">
          <a href={more.href}>{more.text}</a>
        </p>
      )}
    </section>
  )
}

/** The head of the queue, and how many follow. */
export function Queue({ jobs }: { jobs: readonly JobSnapshot[] }) {
  const others = jobs.length - QUEUE_PANEL_JOBS
  return (
    <JobPanel
      title={t('overview.queue')}
      empty={t('overview.queueEmpty')}
      jobs={jobs.slice(0, QUEUE_PANEL_JOBS)}
      note={({ queue_position }) => t('overview.position', { place: queue_position ?? 0 })}
      more={others > 0 ? { href: '/jobs?status=queued', text: t('overview.more', { count: others }) } : null}
    />
  )
}

/** The newest paused jobs, if there are any; the others are not counted. */
export function Paused({ of: { jobs, isCut } }: { of: PausedJobs }) {
  if (jobs.length === 0) return null
  return (
    <JobPanel
      title={t('overview.paused')}
      jobs={jobs}
      note={(job) =>
        job.queue_position === null
          ? progressTexts(progressOf(job)).join(', ')
          : t('overview.position', { place: job.queue_position })
      }
      more={isCut ? { href: '/jobs?status=paused', text: t('overview.morePaused') } : null}
    />
  )
}

/** The jobs that finished last, with the reasons of those that failed. */
export function Recent({ jobs }: { jobs: readonly JobSnapshot[] }) {
  return (
    <section class="panel">
      <div class="row between">
        <h2>{t('overview.recent')}</h2>
        <a href="/jobs?status=failed">{t('overview.allFailed')}</a>
      </div>
      {jobs.length === 0 ? (
        <p class="quiet">{t('overview.nothingRecent')}</p>
      ) : (
        <JobLines jobs={jobs} note={({ completed_at }) => (completed_at ? formatAgo(completed_at, Date.now()) : '')} />
      )}
    </section>
  )
}

function JobLines({ jobs, note }: { jobs: readonly JobSnapshot[]; note: (job: JobSnapshot) => string }) {
  return (
    <ul class="lines">
      {jobs.map((job) => (
        <li key={job.id}>
          <a href={`/jobs/${encodeURIComponent(job.id)}`}>{job.name}</a>
          <StateBadge status={job.status} />
          <span class="quiet small">{note(job)}</span>
          {job.status === 'failed' && job.error_message !== null && (
            <span class="line-reason small" lang="en" title={job.error_message}>
              {job.error_message}
            </span>
          )}
        </li>
      ))}
    </ul>
  )
}
