import '../styles/job.css'
import { useEffect } from 'preact/hooks'
import type { ShownJob } from '../api/jobs.ts'
import { refresh } from '../api/resource.ts'
import { ConnectionBadge, ConnectionNote } from '../components/connection.tsx'
import { JobActions } from '../components/job-actions.tsx'
import { Empty, Loaded } from '../components/notice.tsx'
import { StateBadge } from '../components/state-badge.tsx'
import { Track } from '../components/track.tsx'
import { formatPercent } from '../i18n/format.ts'
import { t } from '../i18n/text.ts'
import { stateOf, stateOfSnapshot } from '../live/state.ts'
import { useLive } from '../live/watch-live.ts'
import { navigate } from '../router.ts'
import type { PageProps } from '../routes.ts'
import { PageHeading } from '../shell/page-heading.tsx'
import { useAnnouncements } from './job/announcements.ts'
import { Config } from './job/config.tsx'
import { Curves } from './job/curves.tsx'
import { useEvents, useJob } from './job/data.ts'
import { Figures } from './job/figures.tsx'
import { Log } from './job/log.tsx'
import { Outcome } from './job/outcome.tsx'

/** A job: where it stands, its curves, what it was asked to do and what happened to it. */
export default function JobPage({ params }: PageProps) {
  const id = params.id ?? ''
  const resource = useJob(id)
  if (resource.refusal?.status === 404) return <Gone />
  if (resource.data !== null) return <Shown {...resource.data} />
  return (
    <div class="stack">
      <PageHeading title={t('job.title')} />
      <Loaded of={resource} lines={8}>
        {() => null}
      </Loaded>
    </div>
  )
}

function Shown({ job, etag }: ShownJob) {
  const live = useLive(job.id)
  const events = useEvents(job.id)
  const state = stateOf(live, job) ?? stateOfSnapshot(job, Date.now())
  // The stream tells of a change first; what else is known of the job is asked for then.
  useEffect(() => {
    if (state.status !== job.status) void Promise.all([refresh(`jobs/${job.id}`), refresh('models/of')])
  }, [state.status])
  useAnnouncements(job.name, state)
  const connection = live.connection.value
  if (connection.state === 'refused' && connection.status === 404) return <Gone />
  const leave = () => navigate('/jobs')
  return (
    <div class="stack">
      <div class="stack-s">
        <PageHeading title={job.name} tabTitle={`${formatPercent(state.progress)} ${job.name}`}>
          <JobActions
            job={{ ...job, status: state.status, progress: state.progress, current_epoch: state.epoch }}
            etag={etag}
            onDeleted={leave}
          />
        </PageHeading>
        <p class="row">
          <StateBadge status={state.status} />
          <span class="quiet">{t(`common.${job.model_type}`)}</span>
          <ConnectionBadge of={live.connection} />
          <a href={`/compare?job=${encodeURIComponent(job.id)}`}>{t('job.compare')}</a>
        </p>
        <ConnectionNote of={live.connection} />
      </div>
      <section class="panel job-panel">
        <Track name={job.name} status={state.status} progress={state.progress} epochs={state.epochs} />
        <Outcome job={job} status={state.status} />
        <Figures state={state} job={job} />
      </section>
      <Curves live={live} events={events.data ?? []} name={job.name} />
      <div class="columns">
        <Config config={job.config} />
        <Log events={events} />
      </div>
    </div>
  )
}

/** There is no such job, or no more. */
function Gone() {
  return (
    <div class="stack">
      <PageHeading title={t('job.gone')} />
      <Empty title={t('job.goneText')}>
        <a class="button" href="/jobs">
          {t('job.toJobs')}
        </a>
      </Empty>
    </div>
  )
}
