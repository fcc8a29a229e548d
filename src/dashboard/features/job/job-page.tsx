import './job.css'
import { type Signal, useSignal } from '@preact/signals'
import { useEffect, useState } from 'preact/hooks'
import type { JobSnapshot } from '../../../client/index.ts'
import { isFinal, type JobStatus } from '../../../shared/job-status.ts'
import { refresh } from '../../api/resource.ts'
import { CopyId } from '../../components/copy.tsx'
import { Empty, Loaded } from '../../components/notice.tsx'
import { PageHeading } from '../../components/page-heading.tsx'
import { isSettled, useScript } from '../../components/use-script.ts'
import { ConnectionBadge, ConnectionNote } from '../../domain/connection.tsx'
import { endJob } from '../../domain/end-job.ts'
import { JobActions } from '../../domain/job-actions.tsx'
import { useJob } from '../../domain/resources.ts'
import { Simulated } from '../../domain/simulated.tsx'
import { StateBadge } from '../../domain/state-badge.tsx'
import { Track } from '../../domain/track.tsx'
import { formatProgress } from '../../i18n/format.ts'
import { t } from '../../i18n/text.ts'
import { type JobState, stateOf, stateOfSnapshot } from '../../live/state.ts'
import { useLive } from '../../live/watch-live.ts'
import { navigate, type PageProps } from '../../platform/router.ts'
import { Config } from './config.tsx'
import { Curves } from './curves.tsx'
import { type JobEvent, useEvents } from './data.ts'
import { Log } from './log.tsx'
import { Metrics } from './metrics.tsx'
import { Notes } from './notes.tsx'
import type { NotifyProps } from './notify/notify.tsx'

/** A job: its state, curves, config and log. */
export default function JobPage({ params }: PageProps) {
  const id = params.id ?? ''
  const resource = useJob(id)
  const isDeleting = useSignal(false)
  const isGone = resource.refusal?.status === 404 && !isDeleting.value
  if (isGone) return <Gone />
  if (resource.data !== null) return <Shown {...resource.data} onChanged={resource.refresh} isDeleting={isDeleting} />
  return (
    <div class="stack">
      <PageHeading title={t('job.title')} />
      <Loaded of={resource} lines={8}>
        {() => null}
      </Loaded>
    </div>
  )
}

type ShownProps = {
  job: JobSnapshot
  /** Of the state in which the job was read. */
  etag: string | null
  /** Revalidates the job. */
  onChanged: () => Promise<void>
  /**
   * Whether it is being deleted from this page: then a missing job is expected, and the page stays until it is left.
   */
  isDeleting: Signal<boolean>
}

function Shown({ job, etag, onChanged, isDeleting }: ShownProps) {
  const live = useLive(job.id)
  const events = useEvents(job)
  const state = stateOf(live, job) ?? stateOfSnapshot(job, Date.now())
  // The stream reports a change first; then the rest of the job is read.
  useEffect(() => {
    if (state.status !== job.status) void Promise.all([onChanged(), refresh('models/of')])
  }, [state.status])
  // What is said of runners, whose script and texts a simulated job does without.
  const { script: runners } = useScript(job.trainer === 'simulated' ? null : () => import('./attempts/attempts.tsx'))
  const news = runners?.newsOf(live.event.value) ?? ''
  useEffect(() => {
    if (news !== '') void onChanged()
  }, [news])
  const sign = runners?.signOf(job, state.status)
  const connection = live.connection.value
  if (connection.state === 'refused' && connection.status === 404 && !isDeleting.value) return <Gone />
  const remove = async () => {
    isDeleting.value = true
    if (await endJob(job, 'delete')) navigate('/jobs')
    else isDeleting.value = false
  }
  return (
    <div class="stack">
      <div class="stack-s">
        <PageHeading title={job.name} tabTitle={tabTitleOf(job, state, sign?.word)}>
          <JobActions job={{ ...job, status: state.status }} onDelete={remove} />
        </PageHeading>
        <p class="row job-facts">
          <StateBadge status={state.status} />
          {runners && <runners.ConditionBadge job={job} status={state.status} />}
          <span class="quiet">{t(`common.${job.model_type}`)}</span>
          {/* The end of a finished job's stream would read as a second state. */}
          {!isFinal(state.status) && <ConnectionBadge of={live.connection} />}
          <a href={`/compare?job=${encodeURIComponent(job.id)}`}>{t('job.compare')}</a>
          <CopyId id={job.id} name={job.name} />
          <LateNotify job={job} state={state} hasCondition={sign != null} />
        </p>
        {job.trainer === 'simulated' && <Simulated what="trainer" />}
        <Notes job={job} etag={etag} />
        <ConnectionNote of={live.connection} />
      </div>
      <section class="panel job-panel">
        <Track name={job.name} {...state} step={state.live?.step} hasStarted={job.started_at !== null} sign={sign} />
        {runners && <runners.SituationNote job={job} state={state} />}
        <Outcome job={job} status={state.status} />
        <Metrics state={state} job={job} />
      </section>
      <Curves live={live} events={events.data ?? noEvents} job={job} />
      {job.trainer !== 'simulated' && <Recorded job={job} status={state.status} />}
      <div class="columns">
        <div class="stack">
          {runners && <runners.Attempts job={job} events={events.data ?? noEvents} />}
          {job.trainer === 'mlflow' || <Config config={job.config} />}
          {runners && <runners.Logged job={job} />}
          <RequestsPanel job={job} />
        </div>
        <Log events={events} />
      </div>
    </div>
  )
}

/** The outcome of a job, or what it waits for: a script that most jobs do without while they are looked at. */
function Outcome(props: { job: JobSnapshot; status: JobStatus }) {
  const { job, status } = props
  const isNeeded = isFinal(status) || job.error_message !== null || job.queue_position !== null
  const { script } = useScript(isNeeded ? () => import('./outcome.tsx') : null)
  return script && <script.Outcome {...props} />
}

/** What a runner or a client has stored beside the curves, whose scripts are loaded when it comes into view. */
function Recorded(props: { job: JobSnapshot; status: JobStatus }) {
  const { script } = useScript(() => import('./recorded.tsx'))
  return script && <script.Recorded {...props} />
}

/** The tab's icon, announcements and notifications, whose script is loaded after the page. */
function LateNotify(props: NotifyProps) {
  const { script } = useScript(isSettled.value ? () => import('./notify/notify.tsx') : null)
  return script && <script.Notify {...props} />
}

/** The page's requests as curl commands: their script is loaded when somebody opens them. */
function RequestsPanel(props: { job: JobSnapshot }) {
  const [wasOpened, setWasOpened] = useState(false)
  const { script } = useScript(wasOpened ? () => import('./requests.tsx') : null)
  return (
    <details class="panel requests" onToggle={() => setWasOpened(true)}>
      <summary>{t('copy.requests')}</summary>
      {script && <script.Requests {...props} />}
    </details>
  )
}

/** A constant, because another array redraws the charts. */
const noEvents: readonly JobEvent[] = []

/** The title of the tab, for a look from another one: the state in a word, and how far the job has come while that changes. */
function tabTitleOf({ name }: JobSnapshot, state: JobState, word = t(`common.${state.status}`)): string {
  const { status, progress } = state
  const isUnderWay = (status === 'training' || status === 'paused') && progress !== null
  return `${isUnderWay ? `${word} ${formatProgress(progress)}` : word} · ${name}`
}

/** The job does not exist (any more). */
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
