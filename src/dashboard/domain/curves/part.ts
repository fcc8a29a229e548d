import type { Columns } from '../../live/columns.ts'
import { type Along, bySteps } from '../../live/series.ts'
import { CURVE_MARGIN } from '../../platform/limits.ts'
import type { Part } from './reader.ts'

/**
 * The steps of what is in view, and of a margin on both sides: on another axis than that of steps, those of the points in view and
 * of their neighbours, between which there may be more.
 */
export function partOf(
  { min, max }: { min: number; max: number },
  points: Pick<Columns<'step' | 'timestamp'>, 'column'>,
  way: Along,
): Part {
  const margin = (max - min) * CURVE_MARGIN
  const [left, right] = [min - margin, max + margin]
  if (way === bySteps) return { from: Math.floor(left), to: Math.ceil(right) }
  const [steps, values] = [points.column('step'), points.column(way.by)]
  const places = values.map(way.place)
  const before = places.reduce((nearest, x) => (x < left && x > nearest ? x : nearest), -Infinity)
  const after = places.reduce((nearest, x) => (x > right && x < nearest ? x : nearest), Infinity)
  const inPart = steps.filter((_, at) => (places[at] ?? 0) >= before && (places[at] ?? 0) <= after)
  if (inPart.length === 0) return { from: -Infinity, to: Infinity }
  const [from, to] = [inPart.reduce((a, b) => Math.min(a, b)), inPart.reduce((a, b) => Math.max(a, b))]
  // Nothing is known beyond the first and the last point.
  return { from: before === -Infinity ? -Infinity : from, to: after === Infinity ? Infinity : to }
}
