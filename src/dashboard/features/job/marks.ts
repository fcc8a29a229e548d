import type { Mark } from '../../chart/types.ts'
import { formatClock } from '../../i18n/format.ts'
import { t } from '../../i18n/text.ts'
import type { LiveJob } from '../../live/watch-live.ts'
import type { Axis } from './axis.ts'
import type { JobEvent } from './data.ts'

/** Where the epochs begin, as far as the axis is known to go. */
export function epochMarks({ points, event }: LiveJob, axis: Axis): Mark[] {
  const { total_epochs: epochs = 0, total_steps: steps = 0 } = event.value ?? {}
  return Array.from({ length: epochs }, (_, epoch): Mark => {
    const step = Math.round((epoch * steps) / epochs)
    return { kind: 'epoch', from: axis === 'step' ? step : points.at('timestamp', step), label: String(epoch + 1) }
  }).filter(({ from }) => !Number.isNaN(from))
}

/**
 * The pauses: by steps a line at which nothing is lost, by time a stretch in which there is nothing. Each says how long it
 * was, unless it still goes on.
 *
 * @param end of the axis, up to which a pause by time goes that goes on
 */
export function pauseMarks(events: readonly JobEvent[], axis: Axis, end: number): Mark[] {
  return events.flatMap((event, at): Mark[] => {
    if (event.type !== 'paused') return []
    const next = events[at + 1]
    const fromMs = Date.parse(event.at)
    const toMs = next === undefined ? null : Date.parse(next.at)
    const lasted = toMs === null ? {} : { detail: formatClock(toMs - fromMs) }
    const mark = { kind: 'pause', label: t('common.pause'), ...lasted } as const
    if (axis === 'step') return [{ ...mark, from: event.step }]
    return [{ ...mark, from: fromMs, to: Math.max(fromMs, toMs ?? end) }]
  })
}
