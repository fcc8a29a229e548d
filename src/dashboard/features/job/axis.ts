import { computed, signal } from '@preact/signals'
import { isFinal } from '../../../shared/job-status.ts'
import { chooseView } from '../../chart/address.ts'
import type { ChartProps, Values } from '../../chart/types.ts'
import { formatClock, formatCount, formatDay, formatMoment, formatNumber, formatTime } from '../../i18n/format.ts'
import { t } from '../../i18n/text.ts'
import { type Along, bySteps, lastTimeOf } from '../../live/series.ts'
import type { LiveJob } from '../../live/watch-live.ts'
import { query, setQuery } from '../../platform/router.ts'

const axes = ['step', 'epoch', 'time', 'elapsed'] as const

/** What the x axis of a job's curves counts; `elapsed`: time since the first point. */
export type Axis = (typeof axes)[number]

/** What few people look at: loaded when somebody does. */
const epochs = signal<typeof import('./epochs.ts') | null>(null)

export async function loadEpochs(): Promise<void> {
  epochs.value ??= await import('./epochs.ts').catch(() => null)
}

/** The x axis that the address names; that of epochs once it is loaded. */
export const axis = computed((): Axis => {
  const named = axes.find((one) => one === query.value.get('by')) ?? 'step'
  if (named !== 'epoch' || epochs.value !== null) return named
  void loadEpochs()
  return 'step'
})

/** Chooses an x axis. The view of one means nothing on the other. */
export function chooseAxis(next: Axis): void {
  chooseView(null)
  setQuery({ by: next === 'step' ? null : next })
}

type Known = Pick<LiveJob, 'event' | 'points'>

/** How points lie along an axis, by what is known of the job. */
export function along(axis: Axis, known: Known): Along {
  const { points } = known
  if (axis === 'step') return bySteps
  if (axis === 'epoch') return { by: 'step', place: epochs.value?.epochAt(known) ?? bySteps.place }
  const startMs = axis === 'time' ? 0 : points.column('timestamp').reduce((a, b) => Math.min(a, b), Infinity)
  return { by: 'timestamp', place: (ms) => ms - startMs }
}

/** Values of a column as places on the axis. */
export const placed = (values: Values, way: Along): Values =>
  way === bySteps ? values : Array.from(values, (value) => way.place(value ?? 0))

/**
 * The range of the axis: to the end of the training, or to where it stopped; while the end is far, to a half or a
 * quarter of it; to where it is, while the end is unknown. `null`: as far as there are points.
 */
export function rangeOf(known: Known, { by, place }: Along): readonly [number, number] | null {
  const range = by === 'step' ? stepRange(known) : timeRange(known)
  return range && [place(range[0]), place(range[1])]
}

function stepRange({ event }: Known): [number, number] | null {
  if (event.value === null) return null
  const { status, current_step: step, total_steps: steps } = event.value
  return [0, isFinal(status) ? Math.max(1, step) : horizon(step, steps ?? step)]
}

function timeRange({ event, points }: Known): [number, number] | null {
  if (event.value === null || points.length === 0) return null
  const { status, estimated_remaining_ms: remainingMs } = event.value
  if (status !== 'training' && status !== 'paused') return null
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
  const plain = (xLabel: string, xKind: AxisTexts['xKind'], formatX: (value: number) => string): AxisTexts => ({
    ...{ xLabel, xKind, formatX },
    formatTicks: (values) => values.map(formatX),
  })
  switch (axis) {
    case 'step':
      return plain(t('common.step'), 'count', formatCount)
    case 'epoch':
      return plain(t('common.epoch'), 'parts', (epoch) => formatNumber(Math.round(epoch * 100) / 100))
    case 'elapsed':
      // What was superseded may have come before the first point that counts.
      return plain(t('job.elapsed'), 'duration', (ms) => (ms < 0 ? `−${formatClock(-ms)}` : formatClock(ms)))
    case 'time': {
      const texts = plain(t('common.time'), 'time', formatTime)
      return isOverDays(points) ? { ...texts, formatX: formatMoment, formatTicks: dayTicks } : texts
    }
  }
}

/** Whether the points lie on more than one day in the user's time zone. */
const isOverDays = (points: LiveJob['points']): boolean =>
  points.length > 0 && formatDay(points.at('timestamp', 0)) !== formatDay(points.at('timestamp', points.length - 1))

/** Labels of times (Unix ms), with the date below the first of each day. */
export function dayTicks(times: readonly number[]): string[] {
  const days = times.map(formatDay)
  return times.map((ms, at) => (days[at] === days[at - 1] ? formatTime(ms) : `${formatTime(ms)}\n${days[at]}`))
}
