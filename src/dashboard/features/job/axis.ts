import { computed } from '@preact/signals'
import { isFinal } from '../../../shared/job-status.ts'
import { chooseView } from '../../chart/address.ts'
import type { ChartProps } from '../../chart/types.ts'
import { formatCount, formatDay, formatMoment, formatTime } from '../../i18n/format.ts'
import { t } from '../../i18n/text.ts'
import { lastTimeOf } from '../../live/series.ts'
import type { LiveJob } from '../../live/watch-live.ts'
import { query, setQuery } from '../../platform/router.ts'

/** What the x axis of a job's curves counts. */
export type Axis = 'step' | 'time'

/** The x axis that the address names. */
export const axis = computed((): Axis => (query.value.get('by') === 'time' ? 'time' : 'step'))

/** Chooses an x axis. The view of one means nothing on the other. */
export function chooseAxis(next: Axis): void {
  chooseView(null)
  setQuery({ by: next === 'step' ? null : next })
}

type Known = Pick<LiveJob, 'event' | 'points'>

/**
 * The range of the axis: to the end of the training, or to where it stopped; while the end is far, to a half or a
 * quarter of it; to where it is, while the end is unknown. `null`: as far as there are points.
 */
export function rangeOf({ event, points }: Known, axis: Axis): readonly [number, number] | null {
  if (event.value === null) return null
  const { status, current_step: step, total_steps: steps, estimated_remaining_ms: remainingMs } = event.value
  if (axis === 'step') return [0, isFinal(status) ? Math.max(1, step) : horizon(step, steps ?? step)]
  if ((status !== 'training' && status !== 'paused') || points.length === 0) return null
  const [first, last] = [points.at('timestamp', 0), lastTimeOf(points)]
  return [first, first + horizon(last - first, last - first + (remainingMs ?? 0))]
}

/** The whole, halved while the reached part still fits: the curve takes half of the width or more, and seldom jumps. */
function horizon(reached: number, whole: number): number {
  let range = whole
  while (range > 2 * horizonMin && reached <= range / 2) range /= 2
  return Math.max(1, Math.ceil(range))
}

/** Neither fewer steps nor fewer milliseconds than this are shown. */
const horizonMin = 100

type AxisTexts = Required<Pick<ChartProps, 'xLabel' | 'xKind' | 'formatX' | 'formatTicks'>>

/** The texts of the axis. */
export function textsOf(axis: Axis, { points }: Pick<LiveJob, 'points'>): AxisTexts {
  if (axis === 'step') {
    const formatTicks = (steps: readonly number[]) => steps.map(formatCount)
    return { xLabel: t('common.step'), xKind: 'count', formatX: formatCount, formatTicks }
  }
  const formatX = isOverDays(points) ? formatMoment : formatTime
  const formatTicks = (times: readonly number[]) => (isOverDays(points) ? dayTicks(times) : times.map(formatTime))
  return { xLabel: t('common.time'), xKind: 'time', formatX, formatTicks }
}

/** Whether the points lie on more than one day in the user's time zone. */
const isOverDays = (points: LiveJob['points']): boolean =>
  points.length > 0 && formatDay(points.at('timestamp', 0)) !== formatDay(points.at('timestamp', points.length - 1))

/** Labels of times (Unix ms), with the date below the first of each day. */
export function dayTicks(times: readonly number[]): string[] {
  const days = times.map(formatDay)
  return times.map((ms, at) => (days[at] === days[at - 1] ? formatTime(ms) : `${formatTime(ms)}\n${days[at]}`))
}
