import type { ComponentChildren } from 'preact'
import { isFinal, type JobStatus } from '../../shared/job-status.ts'
import { formatCount, formatProgress, roundedDown } from '../i18n/format.ts'
import { t } from '../i18n/text.ts'
import { StateIcon } from './state-badge.tsx'

/** What the train shows instead of the status: a name for its look, a word, and the shape on it. */
export type TrackSign = { name: string; word: string; icon: ComponentChildren }

export type TrackProps = {
  /** Whose track it is, for screen readers. */
  name: string
  status: JobStatus
  /** Per cent, 0–100; `null`: unknown, as is how long the track is. */
  progress: number | null
  /** The step that it has reached; missing: unknown. */
  step?: number | undefined
  /** Whether its training has begun. */
  hasStarted: boolean
  /** The track has a sleeper for each. */
  epochs: number
  /** Without the stations' names, for a row of a table. */
  compact?: boolean
  sign?: TrackSign | null | undefined
}

/**
 * A job as a train on its track, which is as long as its training: the train stands where the per cent says. On a track of unknown
 * length it stands in the middle, where nothing shows how far it has come.
 */
export function Track({ name, status, progress, step, hasStarted, epochs, compact = false, sign }: TrackProps) {
  const isOpen = progress === null
  return (
    <div
      class={compact ? 'track compact' : 'track'}
      data-state={status}
      data-condition={sign?.name}
      role="progressbar"
      aria-label={t('common.progressOf', { name })}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={isOpen ? undefined : roundedDown(progress)}
      aria-valuetext={[t(`common.${status}`), ...progressTexts(progress, step), sign?.word].filter(Boolean).join(', ')}
    >
      <div class="track-line" aria-hidden="true">
        <span class="rail" />
        {!compact && !isOpen && <Sleepers epochs={epochs} />}
        <span class="travelled" style={{ scale: `${(progress ?? 0) / 100} 1` }} />
        {stationsOf(status, hasStarted, isOpen).map((station, at) => (
          <span
            key={at}
            class="station"
            data-passed={at === 0 || progress === 100}
            data-here={station === status}
            data-end={at === 0 ? 'first' : 'last'}
          >
            {!compact && <span class="station-name">{t(`common.${station}`)}</span>}
          </span>
        ))}
        <span class="carriage" style={{ translate: `${progress ?? 50}%` }}>
          <span class="train">{sign?.icon ?? <StateIcon status={status} />}</span>
        </span>
      </div>
    </div>
  )
}

/** How far a job has come, as far as that is known. */
export const progressTexts = (progress: number | null, step?: number): string[] =>
  progress === null
    ? [...(step === undefined ? [] : [`${t('common.step')} ${formatCount(step)}`]), t('common.lengthUnknown')]
    : [formatProgress(progress)]

/** The stations at the two ends of the track: where the train stands before its training, and after it, if that end is known. */
const stationsOf = (status: JobStatus, hasStarted: boolean, isOpen: boolean) =>
  [
    status === 'queued' || (isFinal(status) && !hasStarted) ? 'queued' : 'preparing',
    isOpen ? 'lengthUnknown' : status === 'completed' ? 'completed' : 'validating',
  ] as const

/** More could not be distinguished. */
const sleepersMax = 50

function Sleepers({ epochs }: { epochs: number }) {
  if (epochs > sleepersMax) return null
  return Array.from({ length: epochs - 1 }, (_, at) => (
    <span key={at} class="sleeper" style={{ insetInlineStart: `${((at + 1) / epochs) * 100}%` }} />
  ))
}
