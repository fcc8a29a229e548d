import type { Values } from '../../../chart/types.ts'

/** Places on the x axis, ascending, and a value at each; `breaks`: where a stretch begins that is not joined to the one before it. */
export type Line = { x: number[]; y: number[]; breaks: number[] }

/**
 * What earlier attempts have reported and later ones have superseded, as few lines as possible: each attempt is a stretch of its
 * own, and stretches that do not overlap share a line.
 *
 * @param points any order; `x`: the place on the axis
 */
export function linesOf(points: readonly { step: number; timestamp: number; x: number; value: number }[]): Line[] {
  const lines: Line[] = []
  for (const stretch of stretchesOf(points)) {
    const begin = stretch[0]?.x ?? 0
    const free = lines.find(({ x }) => (x.at(-1) ?? -Infinity) < begin)
    const line = free ?? { x: [], y: [], breaks: [] }
    if (free === undefined) lines.push(line)
    else line.breaks.push(begin)
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

/**
 * Curves over one x axis, with other lines over the same: `null` where one has no point. Points of the same place stand at the same
 * index, where a cursor reads them together; of one line they may be several.
 */
export function aligned(
  x: Values,
  curves: readonly Values[],
  lines: readonly Pick<Line, 'x' | 'y'>[],
): { x: number[]; curves: Values[] } {
  const places: { x: number; of: number; at: number }[] = []
  for (let at = 0; at < x.length; at++) places.push({ x: x[at] ?? 0, of: 0, at })
  for (const [of, line] of lines.entries()) for (const [at, x] of line.x.entries()) places.push({ x, of: of + 1, at })
  places.sort((a, b) => a.x - b.x || a.of - b.of || a.at - b.at)
  /** At each index the point of the curves, and of each line. */
  const rows: { x: number; at: (number | undefined)[] }[] = []
  let first = 0
  let taken: number[] = []
  for (const { x, of, at } of places) {
    if (rows[first]?.x !== x) [first, taken] = [rows.length, []]
    const index = first + (taken[of] ?? 0)
    taken[of] = index - first + 1
    const row = rows[index] ?? { x, at: [] }
    row.at[of] = at
    rows[index] = row
  }
  const valuesIn = (values: Values, of: number) => rows.map(({ at }) => values[at[of] ?? -1] ?? null)
  return {
    x: rows.map(({ x }) => x),
    curves: [...curves.map((values) => valuesIn(values, 0)), ...lines.map(({ y }, line) => valuesIn(y, line + 1))],
  }
}
