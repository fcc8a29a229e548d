import type { StreamEvent } from '../../client/index.ts'
import { type ColumnData, Columns, orderOf } from './columns.ts'

/** The columns of a job's curve, a row for each point. A point's step is in its column: its place in the row is no step. */
export const pointNames = ['step', 'epoch', 'loss', 'val_loss', 'accuracy', 'learning_rate', 'timestamp'] as const
export type PointName = (typeof pointNames)[number]

/** Points in ascending order of their steps, in whatever order they come. */
export type Points = Columns<PointName>

/** Points that are added to others. */
export type Stretch = ColumnData<PointName>

export const emptyPoints = (): Points => new Columns(pointNames)

/** Drops what an event says no longer counts; call before its own points are added. */
export const rewind = (points: Points, { rewind }: Pick<StreamEvent, 'rewind'>): void => {
  if (rewind) points.dropFrom(rewind.from_step)
}

/** The step of the last point; -1 before the first. */
export const lastStepOf = (points: Points): number => (points.length === 0 ? -1 : points.at('step', points.length - 1))

/** The latest time of a point, Unix ms; -Infinity before the first. */
export const lastTimeOf = (points: Points): number =>
  points.column('timestamp').reduce((a, b) => Math.max(a, b), -Infinity)

/** How many steps have begun, which need not be the number of points. */
export const stepsBegun = (points: Points): number => lastStepOf(points) + 1

/** The indexes of the points with which an epoch begins; points that name none belong to the one before them. */
export function epochStarts(points: Points): number[] {
  const epochs = points.values('epoch')
  const starts: number[] = []
  let current: number | null = null
  for (let index = 0; index < epochs.length; index++) {
    const epoch = epochs[index] ?? null
    if (epoch === null || epoch === current) continue
    starts.push(index)
    current = epoch
  }
  return starts
}

/** The values of a column, and of others in its ascending order: by time, points that came late have another place. */
export function valuesBy(x: 'step' | 'timestamp', points: Points, names: readonly PointName[]) {
  const order = x === 'step' ? null : orderOf(points.column(x))
  return [x, ...names].map((name) => {
    const values = points.values(name as PointName)
    return order === null ? values : order.map((at) => values[at] ?? null)
  })
}
