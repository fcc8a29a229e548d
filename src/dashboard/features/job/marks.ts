import type { Mark } from '../../chart/types.ts'
import { formatClock } from '../../i18n/format.ts'
import { t } from '../../i18n/text.ts'
import type { Along } from '../../live/series.ts'
import { epochStarts } from '../../live/series.ts'
import type { LiveJob } from '../../live/watch-live.ts'
import type { JobEvent } from './data.ts'

type Known = Pick<LiveJob, 'event' | 'points'>

/** Where the epochs begin: those reached, and by steps also those to come, if they are of equal length. */
export function epochMarks({ points, event }: Known, { by, place }: Along): Mark[] {
  const starts = epochStarts(points)
  const epochMark = (epoch: number, at: number): Mark => ({ kind: 'epoch', from: place(at), epoch })
  const epochOf = (index: number) => Math.floor(points.at('epoch', index))
  const reached = starts.map((index) => epochMark(epochOf(index), points.at(by, index)))
  if (by === 'timestamp' || event.value === null) return reached
  const { total_epochs: epochs, total_steps: steps } = event.value
  const lastStart = starts.at(-1)
  // The points may name no epoch, or nobody knows how many steps there are.
  if (steps === null || (lastStart === undefined && points.length > 0)) return reached
  // Trainers that name parts of epochs begin with 0, others with 1.
  const first = Math.min(1, starts[0] === undefined ? 1 : epochOf(starts[0]))
  const last = lastStart === undefined ? 0 : epochOf(lastStart)
  const toCome = Array.from({ length: Math.max(0, epochs + first - last - 1) }, (_, index) => last + index + 1)
  return [...reached, ...toCome.map((epoch) => epochMark(epoch, Math.round(((epoch - first) * steps) / epochs)))]
}

/**
 * The pauses: lines by steps, where nothing is lost; empty stretches by time. Each is labelled with its length once it
 * has ended.
 *
 * @param end of the axis, as a place on it, where a pause ends that still lasts
 */
export function pauseMarks(events: readonly JobEvent[], { by, place }: Along, end: number): Mark[] {
  return events.flatMap((event, at): Mark[] => {
    if (event.type !== 'paused') return []
    const next = events[at + 1]
    const fromMs = Date.parse(event.at)
    const toMs = next === undefined ? null : Date.parse(next.at)
    const lasted = toMs === null ? {} : { detail: formatClock(toMs - fromMs) }
    const mark = { kind: 'pause', label: t('common.pause'), ...lasted } as const
    if (by === 'step') return [{ ...mark, from: place(event.step) }]
    return [{ ...mark, from: place(fromMs), to: Math.max(place(fromMs), toMs === null ? end : place(toMs)) }]
  })
}
