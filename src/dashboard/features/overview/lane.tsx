import { useEffect } from 'preact/hooks'
import type { JobSnapshot } from '../../../client/index.ts'
import { refresh } from '../../api/resource.ts'
import type { Values } from '../../chart/types.ts'
import { ConnectionBadge } from '../../domain/connection.tsx'
import { StateBadge } from '../../domain/state-badge.tsx'
import { progressTexts, Track } from '../../domain/track.tsx'
import { useConditions } from '../../domain/use-conditions.ts'
import { formatClock, formatLoss, noValue } from '../../i18n/format.ts'
import { t } from '../../i18n/text.ts'
import type { Connection } from '../../live/protocol.ts'
import { stepsBegun } from '../../live/series.ts'
import { stateOf, stateOfSnapshot } from '../../live/state.ts'
import { type LiveJob, useLive } from '../../live/watch-live.ts'
import { Sparkline } from './sparkline.tsx'

/** States of a connection in which a lane is updated rarely, and says so. */
const leapingStates: readonly Connection['state'][] = ['reconnecting', 'waiting', 'refused']

/** A job that holds a slot, as a train on its track: live. */
export function Lane({ job }: { job: JobSnapshot }) {
  const live = useLive(job.id)
  const state = stateOf(live, job) ?? stateOfSnapshot(job, Date.now())
  // The stream reports a change before the lists and counts.
  useEffect(() => {
    if (state.status !== job.status) void Promise.all([refresh('jobs/overview'), refresh('status'), refresh('models')])
  }, [state.status])
  const conditions = useConditions(job)
  const remaining = state.remainingMs === null ? noValue : formatClock(state.remainingMs)
  return (
    <article class="lane" data-state={state.status}>
      <header class="lane-head">
        <div>
          <h3>
            <a href={`/jobs/${encodeURIComponent(job.id)}`}>{job.name}</a>
          </h3>
          <p class="row small">
            <StateBadge status={state.status} />
            {conditions && <conditions.ConditionBadge job={job} status={state.status} />}
            <span class="quiet">{t(`common.${job.model_type}`)}</span>
            {leapingStates.includes(live.connection.value.state) && <ConnectionBadge of={live.connection} />}
          </p>
        </div>
        <dl class="lane-metrics">
          <Metric name={t('overview.progress')} value={progressTexts(state.progress, state.live?.step)[0] ?? noValue} />
          <Metric name={t('overview.timeLeft')} value={remaining} />
        </dl>
      </header>
      <Track
        name={job.name}
        {...state}
        step={state.live?.step}
        hasStarted={job.started_at !== null}
        sign={conditions?.signOf(job, state.status)}
      />
      <dl class="lane-details">
        {state.epochs > 0 && (
          <Metric
            name={t('common.epoch')}
            value={t('overview.of', { part: state.epoch ?? noValue, whole: state.epochs })}
          />
        )}
        <Metric name={t('overview.loss')} value={formatLoss(state.loss)} />
        <Metric name={t('overview.valLoss')} value={formatLoss(state.valLoss)} />
        <Trend live={live} totalSteps={state.live?.steps ?? null} />
      </dl>
    </article>
  )
}

/** The loss of a model that knows nothing is about 1: a scale that all lanes share unless a job does worse. */
const lossScale = 1.25

function scaleOf(losses: Values): number {
  let scale = lossScale
  for (const loss of losses) if (loss !== null && Number.isFinite(loss) && loss > scale) scale = Math.ceil(loss)
  return scale
}

/** The validation loss over the whole job; over what there is of it, while its length is unknown. */
function Trend({ live: { version, points }, totalSteps }: { live: LiveJob; totalSteps: number | null }) {
  const values = version.value === 0 ? [] : points.values('val_loss')
  const known = [...values].filter((value) => value !== null)
  if (known.length < 2) return null
  const max = scaleOf(values)
  const [from, to] = [known[0] ?? null, known.at(-1) ?? null].map(formatLoss)
  return (
    <div class="lane-curve">
      <dt>{t('overview.trend', { max })}</dt>
      <dd>
        <Sparkline
          values={values}
          steps={points.column('step')}
          totalSteps={totalSteps ?? stepsBegun(points)}
          max={max}
          label={t('overview.curve', { from: from ?? '', to: to ?? '' })}
        />
      </dd>
    </div>
  )
}

function Metric({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  )
}
