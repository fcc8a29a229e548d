import type { HistoryPoint, MetricValue } from '../../../../client/index.ts'
import { emptyPoints, emptyValues, type PointName } from '../../../live/series.ts'
import type { LiveJob } from '../../../live/watch-live.ts'
import { isOfSystem } from './groups.ts'
import type { Rows } from './splice.ts'

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
  /** Whether the stream brings nothing of them: they are asked for again and again. */
  isPolled: boolean
  rowsOf: (points: readonly HistoryPoint[]) => Rows
}

/** Of metrics that have fields in every point. */
export const fieldSource = ({ points }: LiveJob, fields: readonly PointName[]): Source => ({
  metrics: fields,
  columns: fields,
  live: () => points as unknown as Rows,
  isThinned: true,
  isPolled: false,
  rowsOf: (history) => {
    const rows = emptyPoints()
    rows.push(history)
    return rows as unknown as Rows
  },
})

const fields = ['loss', 'val_loss', 'accuracy', 'learning_rate'] as const
const isField = (name: string): name is (typeof fields)[number] => (fields as readonly string[]).includes(name)

/** Of one metric, by the name that the trainer gives it. */
export function metricSource(live: LiveJob, name: string): Source {
  if (isField(name)) return fieldSource(live, [name])
  return {
    metrics: [name],
    columns: ['value'],
    live: () => (live.values.get(name) ?? emptyValues()) as unknown as Rows,
    isThinned: false,
    isPolled: isOfSystem(name),
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
