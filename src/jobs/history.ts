import { curvePoints } from './describe.ts'
import { type Job, pointsOf } from './job.ts'
import type { CurvePoint, History } from './schema.ts'

export type { History }

/**
 * The points of the steps `from` … `to`, as far as they have been reached. More than `maxPoints` are thinned out: the
 * steps are cut into buckets of equal width, of each the points of lowest and of highest loss stay, and the first and
 * the last point of all. So no peak is lost, and the same question gets the same answer.
 */
export function historyOf(job: Job, nowMs: number, from: number, to: number, maxPoints: number): History {
  const points = curvePoints(job, from, Math.min(to + 1, pointsOf(job, nowMs)))
  if (points.length <= maxPoints) return { resolution: { method: 'full', bucket_steps: 1 }, points }
  const buckets = Math.max(1, Math.floor((maxPoints - 2) / 2))
  const width = Math.ceil((points.length - 2) / buckets)
  const kept = [points[0], ...extremes(points.slice(1, -1), width), points.at(-1)]
  return {
    resolution: { method: 'min-max', bucket_steps: width },
    points: kept.filter((point) => point !== undefined).slice(0, maxPoints),
  }
}

/** Of each bucket of `width` points the lowest and the highest by loss, in their order. */
function extremes(points: readonly CurvePoint[], width: number): CurvePoint[] {
  const kept: CurvePoint[] = []
  for (let start = 0; start < points.length; start += width) {
    const bucket = points.slice(start, start + width)
    const lowest = bucket.reduce((best, point) => (point.loss < best.loss ? point : best))
    const highest = bucket.reduce((best, point) => (point.loss > best.loss ? point : best))
    if (lowest === highest) kept.push(lowest)
    else kept.push(...[lowest, highest].sort((a, b) => a.step - b.step))
  }
  return kept
}

const columns = ['epoch', 'step', 'loss', 'val_loss', 'learning_rate', 'timestamp', 'accuracy'] as const

/** The points as RFC 4180 CSV with a header line. All values are numbers, so nothing needs quoting. */
export function csvOf(points: readonly CurvePoint[]): string {
  const lines = points.map((point) => columns.map((column) => point[column]).join(','))
  return [columns.join(','), ...lines, ''].join('\r\n')
}
