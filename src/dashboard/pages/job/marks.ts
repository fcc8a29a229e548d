import type { Mark } from '../../chart/types.ts'
import { t } from '../../i18n/text.ts'
import type { LiveJob } from '../../live/watch-live.ts'
import type { JobEvent } from './data.ts'

/** What the x axis of a job's curves counts. */
export type Axis = 'step' | 'time'

/** Where the epochs begin, as far as the axis is known to go. */
export function epochMarks({ points, event }: LiveJob, axis: Axis): Mark[] {
  const { total_epochs: epochs = 0, total_steps: steps = 0 } = event.value ?? {}
  return Array.from({ length: epochs }, (_, epoch): Mark => {
    const step = Math.round((epoch * steps) / epochs)
    return { kind: 'epoch', from: axis === 'step' ? step : points.at('timestamp', step), label: String(epoch + 1) }
  }).filter(({ from }) => !Number.isNaN(from))
}

/** The pauses: by steps a line at which nothing is lost, by time a stretch in which there is nothing. */
export function pauseMarks(events: readonly JobEvent[], axis: Axis, endMs: number): Mark[] {
  return events.flatMap((event, at): Mark[] => {
    if (event.type !== 'paused') return []
    if (axis === 'step') return [{ kind: 'pause', from: event.step, label: t('common.pause') }]
    const next = events[at + 1]
    const to = next === undefined ? endMs : Date.parse(next.at)
    return [
      { kind: 'pause', from: Date.parse(event.at), to: Math.max(to, Date.parse(event.at)), label: t('common.pause') },
    ]
  })
}
