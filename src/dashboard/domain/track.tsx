import type { JobStatus } from '../../shared/job-status.ts'
import { formatProgress, roundedDown } from '../i18n/format.ts'
import { t } from '../i18n/text.ts'
import { StateIcon } from './state-badge.tsx'
import { positionOf, stations, trainingFrom, trainingTo } from './track-position.ts'

export type TrackProps = {
  /** Whose track it is, for screen readers. */
  name: string
  status: JobStatus
  /** Per cent, 0–100. */
  progress: number
  /** Sleepers of the long stretch: one an epoch. */
  epochs: number
  /** Without the stations' names, for a row of a table. */
  compact?: boolean
}

/** A job as a train on its track, from the queue to its end. */
export function Track({ name, status, progress, epochs, compact = false }: TrackProps) {
  const at = positionOf(status, progress)
  return (
    <div
      class={compact ? 'track compact' : 'track'}
      data-state={status}
      role="progressbar"
      aria-label={t('common.progressOf', { name })}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={roundedDown(progress)}
      aria-valuetext={`${t(`common.${status}`)}, ${formatProgress(progress)}`}
    >
      <div class="track-line" aria-hidden="true">
        <span class="rail" />
        {!compact && <Sleepers epochs={epochs} />}
        <span class="travelled" style={{ scale: `${at / 100} 1` }} />
        {stations.map(([station, position]) => (
          <span
            key={station}
            class="station"
            data-passed={position <= at}
            data-here={station === status}
            data-end={position === 0 ? 'first' : position === 100 ? 'last' : undefined}
            style={{ insetInlineStart: `${position}%` }}
          >
            {!compact && <span class="station-name">{t(`common.${station}`)}</span>}
          </span>
        ))}
        <span class="carriage" style={{ translate: `${at}%` }}>
          <span class="train">
            <StateIcon status={status} />
          </span>
        </span>
      </div>
    </div>
  )
}

/** More could not be distinguished. */
const sleepersMax = 50

function Sleepers({ epochs }: { epochs: number }) {
  if (epochs > sleepersMax) return null
  const stretch = trainingTo - trainingFrom
  return Array.from({ length: epochs - 1 }, (_, at) => (
    <span key={at} class="sleeper" style={{ insetInlineStart: `${trainingFrom + ((at + 1) / epochs) * stretch}%` }} />
  ))
}

/** A free track. */
export function FreeTrack({ label }: { label: string }) {
  return (
    <div class="track free">
      <div class="track-line">
        <span class="rail" aria-hidden="true" />
        <span class="free-label">{label}</span>
      </div>
    </div>
  )
}
