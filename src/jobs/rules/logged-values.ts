import { JOB_VALUES_MAX, METRIC_NAME_LENGTH_MAX, METRIC_NAMES_MAX } from '../../platform/limits.ts'
import type { Room } from './report.ts'
import type { LoggedValue } from './run.ts'
import type { Point } from './types.ts'

/** The values for which a job has room, and how many others there are. */
export function withinRoom(values: readonly LoggedValue[], { names, values: count }: Room) {
  const known = new Set(names)
  const kept: LoggedValue[] = []
  for (const one of values) {
    const isNamed = one.name !== '' && one.name.length <= METRIC_NAME_LENGTH_MAX
    const hasRoom = count + kept.length < JOB_VALUES_MAX && (known.has(one.name) || known.size < METRIC_NAMES_MAX)
    if (!isNamed || !hasRoom || !Number.isSafeInteger(one.step)) continue
    known.add(one.name)
    kept.push(one)
  }
  return { kept, notStored: values.length - kept.length }
}

/**
 * Values as points: those of one step and time are one point, unless a metric comes twice. Many trainers log the epoch as a metric
 * of this name: it is also that of its point.
 *
 * @param epoch that of points without such a metric
 */
export function pointsOfValues(values: readonly LoggedValue[], epoch: number | null = null): Point[] {
  const points: { step: number; timestampMs: number; metrics: Map<string, number> }[] = []
  for (const { name, value, step, timestampMs } of values) {
    const last = points.at(-1)
    if (last?.step === step && last.timestampMs === timestampMs && !last.metrics.has(name))
      last.metrics.set(name, value)
    else points.push({ step, timestampMs, metrics: new Map([[name, value]]) })
  }
  return points.map(({ metrics, ...point }) => {
    const logged = metrics.get('epoch')
    const own = logged !== undefined && Number.isFinite(logged) ? logged : epoch
    return { ...point, epoch: own, metrics: Object.fromEntries(metrics) }
  })
}
