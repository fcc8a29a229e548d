import { pointShown } from './describe.ts'
import type { History, HistoryPoint } from './shown.ts'
import type { Curve } from './types.ts'

/** The points of a curve in a range of steps, downsampled to `maxPoints`. */
export function historyOf(curve: Curve, fromStep: number, toStep: number, maxPoints: number): History {
  const { bucketSteps, points } = curve.thin(fromStep, toStep, maxPoints)
  return {
    resolution: { method: bucketSteps === 1 ? 'full' : 'min-max', bucket_steps: bucketSteps },
    points: points.map(pointShown),
  }
}

const columns = ['epoch', 'step', 'loss', 'val_loss', 'learning_rate', 'timestamp', 'accuracy'] as const

/** The points as RFC 4180 CSV with a header line. All values are numbers, so nothing needs quoting. */
export function csvOf(points: readonly HistoryPoint[]): string {
  const lines = points.map((point) => columns.map((column) => point[column]).join(','))
  return [columns.join(','), ...lines, ''].join('\r\n')
}
