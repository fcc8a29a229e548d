import type { StreamEvent } from '../../client/index.ts'
import { type ColumnData, Columns, orderOf } from './columns.ts'

/** The columns of a job's curve, a row for each point. A point's step is in its column: its place in the row is no step. */
export const pointNames = ['step', 'epoch', 'loss', 'val_loss', 'accuracy', 'learning_rate', 'timestamp'] as const
export type PointName = (typeof pointNames)[number]

/** Points in ascending order of their steps, in whatever order they come. */
export type Points = Columns<PointName>

export const emptyPoints = (): Points => new Columns(pointNames)

/** The columns of any metric's curve, a row for each value. */
export const valueNames = ['step', 'epoch', 'timestamp', 'value'] as const
export type ValueRows = Columns<(typeof valueNames)[number]>

export const emptyValues = (): ValueRows => new Columns(valueNames)

/** Points and values that are added to others. */
export type Stretch = {
  points: ColumnData<PointName>
  values: ReadonlyMap<string, ColumnData<(typeof valueNames)[number]>>
}

/** What a job's stream has brought: its points, and the values of metrics that no field of a point has. */
export class Series {
  readonly points = emptyPoints()
  /** By the trainer's names. */
  readonly values = new Map<string, ValueRows>()

  append({ points, values }: Stretch): void {
    this.points.append(points)
    for (const [name, stretch] of values) this.valuesOf(name).append(stretch)
  }

  /** Drops what an event says no longer counts; call before its own points are added. */
  rewind({ rewind }: Pick<StreamEvent, 'rewind'>): void {
    if (rewind) for (const columns of [this.points, ...this.values.values()]) columns.dropFrom(rewind.from_step)
  }

  /** A copy of everything, for sending. */
  copy(): Stretch {
    return {
      points: this.points.copy(),
      values: new Map([...this.values].map(([name, rows]) => [name, rows.copy()])),
    }
  }

  clear(): void {
    this.points.clear()
    this.values.clear()
  }

  /** The rows of a metric, which may be its first. */
  valuesOf(name: string): ValueRows {
    const rows = this.values.get(name) ?? emptyValues()
    this.values.set(name, rows)
    return rows
  }
}

/** The step of the last point; -1 before the first. */
export const lastStepOf = (points: Pick<Columns<'step'>, 'length' | 'at'>): number =>
  points.length === 0 ? -1 : points.at('step', points.length - 1)

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
    if (epoch === null || Math.floor(epoch) === current) continue
    starts.push(index)
    current = Math.floor(epoch)
  }
  return starts
}

/** The column that an axis follows, and where its values lie on it. They keep their order. */
export type Along = { by: 'step' | 'timestamp'; place: (value: number) => number }

/** The axis on which steps are their own places. */
export const bySteps: Along = { by: 'step', place: (step) => step }

/** The values of a column, and of others in its ascending order: by time, points that came late have another place. */
export function valuesBy<Name extends string>(x: Name, rows: Columns<Name>, names: readonly Name[]) {
  const order = x === 'step' ? null : orderOf(rows.column(x))
  return [x, ...names].map((name) => {
    const values = rows.values(name)
    return order === null ? values : order.map((at) => values[at] ?? null)
  })
}
