import { useEffect } from 'preact/hooks'
import { Button } from '../../components/button.tsx'
import { ConnectionBadge } from '../../domain/connection.tsx'
import { StateBadge } from '../../domain/state-badge.tsx'
import { Track } from '../../domain/track.tsx'
import { formatDateTime, formatProgress, shortId } from '../../i18n/format.ts'
import { t } from '../../i18n/text.ts'
import type { Compared, ComparedJob } from './compared-jobs.ts'
import { type CurveStyle, LineSwatch } from './curve-styles.tsx'
import type { WatchedCurve } from './watch-curve.ts'

type ChosenJobsProps = {
  jobs: readonly Compared[]
  curves: readonly WatchedCurve[]
  styleOf: (id: string) => CurveStyle
  /** Whether the jobs could not be read. */
  isRefused: boolean
  onRemove: (id: string, name: string) => void
  /** The stream reports another state than the job that was read: it has ended, or was deleted. */
  onChanged: () => void
}

/** The jobs that are compared, each on its track. */
export function ChosenJobs({ jobs, curves, styleOf, isRefused, onRemove, onChanged }: ChosenJobsProps) {
  return (
    <ul class="chosen-jobs">
      {jobs.map((one) => (
        <li key={one.id}>
          {one.state === 'there' ? (
            <Chosen
              {...one}
              curveStyle={styleOf(one.id)}
              curve={curves.find(({ id }) => id === one.id) ?? null}
              onChanged={onChanged}
            />
          ) : (
            <NotThere {...one} isRefused={isRefused} />
          )}
          <Button
            look="plain"
            label={t('compare.remove', { name: nameOf(one) })}
            onClick={() => onRemove(one.id, nameOf(one))}
          >
            <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
              <path d="M4 4l8 8M12 4l-8 8" fill="none" stroke="currentColor" stroke-width="2" />
            </svg>
          </Button>
        </li>
      ))}
    </ul>
  )
}

const nameOf = ({ id, job }: Compared): string => job?.name ?? shortId(id)

type ChosenProps = ComparedJob & { curveStyle: CurveStyle; curve: WatchedCurve | null } & Pick<
    ChosenJobsProps,
    'onChanged'
  >

function Chosen({ id, job, curveStyle, curve, onChanged }: ChosenProps) {
  const connection = curve?.live.connection
  const isLive = connection !== undefined && ['live', 'ended'].includes(connection.value.state)
  const { status, progress } = (isLive && curve?.live.event.value) || job
  const isChanged = status !== job.status || connection?.value.state === 'refused'
  useEffect(() => {
    if (isChanged) onChanged()
  }, [isChanged])
  return (
    <>
      <LineSwatch curveStyle={curveStyle} />
      <div class="chosen-name">
        <a href={`/jobs/${id}`}>{job.name}</a>
        <span class="quiet small">
          {t(`common.${job.model_type}`)}, {formatDateTime(job.created_at)}
        </span>
      </div>
      <Track name={job.name} status={status} progress={progress} epochs={job.total_epochs} compact />
      <div class="chosen-state">
        <StateBadge status={status} />
        <span class="small">{formatProgress(progress)}</span>
        {connection !== undefined && !isLive && <ConnectionBadge of={connection} />}
      </div>
    </>
  )
}

function NotThere({ id, state, isRefused }: Pick<Compared, 'id' | 'state'> & Pick<ChosenJobsProps, 'isRefused'>) {
  return (
    <p class="chosen-gone quiet">
      {state === 'gone' ? t('compare.gone') : !isRefused && t('common.loading')} <span class="mono">{shortId(id)}</span>
    </p>
  )
}
