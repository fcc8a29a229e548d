import type { HistoryPoint } from '../../client/index.ts'
import { LIVE_NUMBERS_MAX, LIVE_POINTS_MAX } from '../platform/limits.ts'
import { pointNames, Series, type Stretch, type ValueRows, valueNames } from './series.ts'

/** A series that the hub gathers from a stream; pages get what is added to it. */
export class Gathered extends Series {
  constructor(history: readonly HistoryPoint[] = []) {
    super()
    this.push(history)
  }

  /** Whether so many points like these are more than a page should hold, or draw. */
  isLong(points = this.points.length): boolean {
    let numbers = this.points.length * pointNames.length
    for (const { length } of this.values.values()) numbers += length * valueNames.length
    return points > LIVE_POINTS_MAX || numbers * points > LIVE_NUMBERS_MAX * this.points.length
  }

  /** @returns what is added, for sending */
  push(history: readonly HistoryPoint[]): Stretch {
    const rows = new Map<string, Parameters<ValueRows['push']>[0][number][]>()
    for (const { step, epoch, timestamp, metrics = {} } of history) {
      for (const [name, value] of Object.entries(metrics)) {
        const known = rows.get(name) ?? []
        rows.set(name, known)
        known.push({ step, epoch, timestamp, value })
      }
    }
    const values = new Map([...rows].map(([name, added]) => [name, this.valuesOf(name).push(added)] as const))
    return { points: this.points.push(history), values }
  }
}
