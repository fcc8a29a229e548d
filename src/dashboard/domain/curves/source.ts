import type { HistoryPoint, MetricValue } from '../../../client/index.ts'
import { emptyPoints, emptyValues, type PointName } from '../../live/series.ts'
import type { LiveJob } from '../../live/watch-live.ts'
import { CURVE_POLLED_MS } from '../../platform/limits.ts'
import type { Rows } from './splice.ts'

/** A job's stream, or what stands in for it. */
export type Feed = Pick<LiveJob, 'jobId' | 'event' | 'points' | 'values' | 'beginning' | 'version'>

/** Where the curves of one chart come from. */
export type Source = {
  /** The metrics that the service is asked for. */
  metrics: readonly string[]
  /** The columns of the rows that are curves. */
  columns: readonly string[]
  /** What the job's stream has brought of them. */
  live: () => Rows
  /** Whether that begins with the whole curve, thinned, if the curve is long. */
  isThinned: boolean
  /** How often they are asked for, as no stream brings them, in milliseconds; Infinity: one does. Reads signals. */
  polledMs: () => number
  rowsOf: (points: readonly HistoryPoint[]) => Rows
}

/** Of metrics that have fields in every point. */
export const fieldSource = (feed: Pick<Feed, 'points'>, fields: readonly PointName[]): Source => ({
  metrics: fields,
  columns: fields,
  live: () => feed.points as unknown as Rows,
  isThinned: true,
  polledMs: () => Infinity,
  rowsOf: (history) => {
    const rows = emptyPoints()
    rows.push(history)
    return rows as unknown as Rows
  },
})

const fields = ['loss', 'val_loss', 'accuracy', 'learning_rate'] as const

/** Whether a metric has a field of its own in every point. */
export const isField = (name: string): name is (typeof fields)[number] => (fields as readonly string[]).includes(name)

/** Measured by the runner of its machine, whose metrics no stream brings. Also the prefix of their names. */
export const isOfSystem = (name: string): boolean => name.startsWith('system/')

/** Of one metric, by the name that the trainer gives it. */
export function metricSource(feed: Pick<Feed, 'points' | 'values'>, name: string): Source {
  if (isField(name)) return fieldSource(feed, [name])
  return {
    metrics: [name],
    columns: ['value'],
    live: () => (feed.values.get(name) ?? emptyValues()) as unknown as Rows,
    isThinned: false,
    polledMs: () => (isOfSystem(name) ? CURVE_POLLED_MS : Infinity),
    rowsOf: (history) => {
      const rows = emptyValues()
      rows.push(
        history.flatMap(({ step, epoch, timestamp, metrics = {} }) => {
          const value: MetricValue | undefined = Object.hasOwn(metrics, name) ? metrics[name] : undefined
          return value === undefined ? [] : [{ step, epoch, timestamp, value }]
        }),
      )
      return rows as unknown as Rows
    },
  }
}
