import type { ComponentChildren } from 'preact'
import { isFinal, type JobStatus } from '../../shared/job-status.ts'
import { formatProgress, roundedDown } from '../i18n/format.ts'
import { t } from '../i18n/text.ts'
import { StateIcon } from './state-badge.tsx'

/** What the train shows instead of the status: a name for its look, a word, and the shape on it. */
export type TrackSign = { name: string; word: string; icon: ComponentChildren }

export type TrackProps = {
  /** Whose track it is, for screen readers. */
  name: string
  status: JobStatus
  /** Per cent, 0–100. */
  progress: number
  /** The track has a sleeper for each. */
  epochs: number
  /** Without the stations' names, for a row of a table. */
  compact?: boolean
  sign?: TrackSign | null | undefined
}

/** A job as a train on its track, which is as long as its training: the train stands where the per cent says. */
export function Track({ name, status, progress, epochs, compact = false, sign }: TrackProps) {
  return (
    <div
      class={compact ? 'track compact' : 'track'}
      data-state={status}
      data-condition={sign?.name}
      role="progressbar"
      aria-label={t('common.progressOf', { name })}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={roundedDown(progress)}
      aria-valuetext={`${t(`common.${status}`)}, ${formatProgress(progress)}${sign ? `, ${sign.word}` : ''}`}
    >
      <div class="track-line" aria-hidden="true">
        <span class="rail" />
        {!compact && <Sleepers epochs={epochs} />}
        <span class="travelled" style={{ scale: `${progress / 100} 1` }} />
        {stationsOf(status, progress).map((station, at) => (
          <span
            key={at}
            class="station"
            data-passed={at === 0 || progress >= 100}
            data-here={station === status}
            data-end={at === 0 ? 'first' : 'last'}
          >
            {!compact && <span class="station-name">{t(`common.${station}`)}</span>}
          </span>
        ))}
        <span class="carriage" style={{ translate: `${progress}%` }}>
          <span class="train">{sign?.icon ?? <StateIcon status={status} />}</span>
        </span>
      </div>
    </div>
  )
}

/** The stations at the two ends of the track: where the train stands before its training, and after it. */
const stationsOf = (status: JobStatus, progress: number): readonly JobStatus[] => [
  status === 'queued' || (isFinal(status) && progress === 0) ? 'queued' : 'preparing',
  status === 'completed' ? 'completed' : 'validating',
]

/** More could not be distinguished. */
const sleepersMax = 50

function Sleepers({ epochs }: { epochs: number }) {
  if (epochs > sleepersMax) return null
  return Array.from({ length: epochs - 1 }, (_, at) => (
    <span key={at} class="sleeper" style={{ insetInlineStart: `${((at + 1) / epochs) * 100}%` }} />
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
