import type { JobSnapshot } from '../../../client.ts'
import { StateBadge } from '../../components/state-badge.tsx'
import { formatAgo, formatPercent } from '../../i18n/format.ts'
import { t } from '../../i18n/text.ts'
import { SIDING_JOBS } from '../../limits.ts'

type SidingProps = { title: string; empty: string; jobs: readonly JobSnapshot[]; note: (job: JobSnapshot) => string }

/** Jobs beside the tracks: those that wait, or that are paused. */
function Siding({ title, empty, jobs, note }: SidingProps) {
  return (
    <section class="panel">
      <h2>{title}</h2>
      {jobs.length === 0 ? <p class="quiet">{empty}</p> : <JobLines jobs={jobs.slice(0, SIDING_JOBS)} note={note} />}
      {jobs.length > SIDING_JOBS && (
        <p class="lines-more">
          <a href="/jobs">{t('overview.more', { count: jobs.length - SIDING_JOBS })}</a>
        </p>
      )}
    </section>
  )
}

export const Queue = ({ jobs }: { jobs: readonly JobSnapshot[] }) => (
  <Siding
    title={t('overview.queue')}
    empty={t('overview.nobodyWaits')}
    jobs={jobs}
    note={({ queue_position }) => t('overview.place', { place: queue_position ?? 0 })}
  />
)

export const Paused = ({ jobs }: { jobs: readonly JobSnapshot[] }) => (
  <Siding
    title={t('overview.paused')}
    empty={t('overview.nobodyPaused')}
    jobs={jobs}
    note={({ progress }) => formatPercent(progress)}
  />
)

/** The jobs that ended last. */
export function Recent({ jobs }: { jobs: readonly JobSnapshot[] }) {
  return (
    <section class="panel">
      <h2>{t('overview.recent')}</h2>
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
        </li>
      ))}
    </ul>
  )
}
