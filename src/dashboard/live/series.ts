import type { StreamEvent } from '../../client/index.ts'
import { type ColumnData, Columns } from './columns.ts'

/** The columns of a job's curve: point k is step k. */
export const pointNames = ['step', 'epoch', 'loss', 'val_loss', 'learning_rate', 'timestamp'] as const
export type PointName = (typeof pointNames)[number]
export type Points = Columns<PointName>

/**
 * Accuracy is told of the latest step only, so its curve covers what was watched: one sample an event, and the time at
 * which it came (Unix ms).
 */
export const sampleNames = ['step', 'timestamp', 'accuracy'] as const
export type SampleName = (typeof sampleNames)[number]
export type Samples = Columns<SampleName>

export const emptyPoints = (): Points => new Columns(pointNames)
export const emptySamples = (): Samples => new Columns(sampleNames)

/** What one event adds. While catching up its metrics are those of the job now, not of its last point. */
export function addEvent(points: Points, samples: Samples, { history, more, metrics }: StreamEvent): void {
  points.push(history)
  const last = history.at(-1)
  if (last && !more) samples.push([{ step: last.step, timestamp: last.timestamp, accuracy: metrics.accuracy }])
}

/** What a context that has so many points and samples lacks. */
export type Stretch = { points: ColumnData<PointName>; samples: ColumnData<SampleName> }

export const stretchFrom = (points: Points, samples: Samples, at = { points: 0, samples: 0 }): Stretch => ({
  points: points.slice(at.points),
  samples: samples.slice(at.samples),
})
