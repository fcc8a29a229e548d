import { useEffect, useState } from 'preact/hooks'
import { isFinal } from '../../../shared/job-status.ts'
import { CheckField } from '../../components/field.tsx'
import { ConnectionBadge } from '../../domain/connection.tsx'
import { StateBadge } from '../../domain/state-badge.tsx'
import { progressTexts } from '../../domain/track.tsx'
import { t } from '../../i18n/text.ts'
import { lastStepOf } from '../../live/series.ts'
import { type JobState, stateOf, stateOfSnapshot } from '../../live/state.ts'
import type { ComparedJob } from './compared-jobs.ts'
import { type CurveStyle, LineSwatch } from './curve-styles.tsx'
import { BestMark, ResultRows } from './result-rows.tsx'
import { SettingRows } from './setting-rows.tsx'
import type { WatchedCurve } from './watch-curve.ts'

type ComparisonTableProps = {
  jobs: readonly ComparedJob[]
  curves: readonly WatchedCurve[]
  styleOf: (id: string) => CurveStyle
  /** The stream reports another state than the job that was read: it has ended, or was deleted. */
  onChanged: () => void
}

/** The results of the jobs and the settings in which they differ: a column for each job. */
export function ComparisonTable({ jobs, curves, styleOf, onChanged }: ComparisonTableProps) {
  const [all, setAll] = useState(false)
  return (
    <div class="stack-s">
      <div class="row between">
        <h2>{t('compare.table')}</h2>
        <CheckField label={t('compare.showAll')} checked={all} onChange={setAll} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section class="table-scroll" aria-label={t('compare.table')} tabIndex={0}>
        <table class="table comparison" style={{ '--jobs': jobs.length }}>
          <caption class="visually-hidden">{t('compare.table')}</caption>
          <thead>
            <tr>
              <td />
              {jobs.map((one) => (
                <th key={one.id} scope="col">
                  <JobHead
                    {...one}
                    curveStyle={styleOf(one.id)}
                    curve={curves.find(({ id }) => id === one.id) ?? null}
                    onChanged={onChanged}
                  />
                </th>
              ))}
            </tr>
          </thead>
          <ResultRows jobs={jobs} curves={curves} />
          <SettingRows jobs={jobs} all={all} />
        </table>
      </section>
      <p class="best-legend quiet small">
        <BestMark /> {t('compare.best')}
      </p>
    </div>
  )
}

type JobHeadProps = Pick<ComparedJob, 'id' | 'job'> & { curveStyle: CurveStyle; curve: WatchedCurve | null } & Pick<
    ComparisonTableProps,
    'onChanged'
  >

/** The head of a job's column: its curve's look, its name, its state and how far it is. */
function JobHead({ id, job, curveStyle, curve, onChanged }: JobHeadProps) {
  const connection = curve?.live.connection
  const isLive = connection !== undefined && ['live', 'ended'].includes(connection.value.state)
  const state = (curve && stateOf(curve.live, job)) ?? stateOfSnapshot(job, Date.now())
  const { status } = state
  const isChanged = status !== job.status || connection?.value.state === 'refused'
  useEffect(() => {
    if (isChanged) onChanged()
  }, [isChanged])
  return (
    <>
      <LineSwatch curveStyle={curveStyle} />
      <a class="column-name" href={`/jobs/${id}`} title={job.name}>
        {job.name}
      </a>
      <span class="column-state">
        <StateBadge status={status} />
        {!isFinal(status) && <span class="small">{reachedText(state, curve)}</span>}
        {connection !== undefined && !isLive && !isFinal(status) && <ConnectionBadge of={connection} />}
      </span>
    </>
  )
}

/** How far a job is: its progress, or where nobody knows how long it will be, its step. */
function reachedText({ progress, live }: JobState, curve: WatchedCurve | null): string | undefined {
  const reached = live?.step ?? (curve === null ? -1 : lastStepOf(curve.points()))
  return progressTexts(progress, reached < 0 ? undefined : reached)[0]
}
