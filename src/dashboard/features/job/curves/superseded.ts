import type { Values } from '../../../chart/types.ts'

/** Places on the x axis, ascending, and a value at each. */
export type Line = { x: number[]; y: number[] }

/**
 * What earlier attempts have reported and later ones have superseded, as few lines as possible: each attempt is a stretch of its
 * own, and stretches that do not overlap share a line, with a gap (NaN) between them.
 *
 * @param points any order; `x`: the place on the axis
 */
export function linesOf(points: readonly { step: number; timestamp: number; x: number; value: number }[]): Line[] {
  const lines: Line[] = []
  for (const stretch of stretchesOf(points)) {
    const begin = stretch[0]?.x ?? 0
    const free = lines.find(({ x }) => (x.at(-1) ?? -Infinity) < begin)
    const line = free ?? { x: [], y: [] }
    if (free === undefined) lines.push(line)
    else {
      line.x.push(begin)
      line.y.push(Number.NaN)
    }
    for (const { x, value } of stretch) {
      line.x.push(x)
      line.y.push(value)
    }
  }
  return lines
}

/** The points of each attempt, by their places: in order of time, an attempt begins where the step goes back. */
function stretchesOf<P extends { step: number; timestamp: number; x: number }>(points: readonly P[]): P[][] {
  const stretches: P[][] = []
  let last = Infinity
  for (const point of points.toSorted((a, b) => a.timestamp - b.timestamp || a.step - b.step)) {
    if (point.step < last) stretches.push([])
    stretches.at(-1)?.push(point)
    last = point.step
  }
  return stretches.map((stretch) => stretch.sort((a, b) => a.x - b.x)).sort((a, b) => (a[0]?.x ?? 0) - (b[0]?.x ?? 0))
}

/** Curves over one x axis, with other lines over the same: `null` where one has no point. */
export function aligned(
  x: Values,
  curves: readonly Values[],
  lines: readonly Line[],
): { x: number[]; curves: Values[] } {
  const places: { x: number; of: number; at: number }[] = []
  for (let at = 0; at < x.length; at++) places.push({ x: x[at] ?? 0, of: -1, at })
  for (const [of, line] of lines.entries()) for (const [at, x] of line.x.entries()) places.push({ x, of, at })
  places.sort((a, b) => a.x - b.x || a.of - b.of || a.at - b.at)
  return {
    x: places.map((place) => place.x),
    curves: [
      ...curves.map((values) => places.map(({ of, at }) => (of === -1 ? (values[at] ?? null) : null))),
      ...lines.map(({ y }, line) => places.map(({ of, at }) => (of === line ? (y[at] ?? null) : null))),
    ],
  }
}
