import { OVERLAY_POINTS_MAX } from '../../platform/limits.ts'

/** A curve of one job: values at ascending places; `null` where there is none. */
export type Line = {
  x: ArrayLike<number>
  y: ArrayLike<number | null>
  /** Ascending indexes k for which nothing lies between the points k and k + 1: a pause. */
  gaps: readonly number[]
}

/** `breaks`: of each curve the middles of its pauses. */
export type Overlay = { x: Float64Array<ArrayBuffer>; curves: (number | null)[][]; breaks: number[][] }

/**
 * Overlays lines that have their points at different x values: each gets a value at the x of the others, interpolated
 * between its own points, and none before its first point, in its pauses, beside a point that has none or one that is not
 * finite, and after its last point. So all can be read at any x.
 *
 * @param pointsMax how many points of each line add their x, and as many again of those in view
 * @param view what of the axis is in view; `null`: all of it
 */
export function overlay(
  lines: readonly Line[],
  pointsMax = OVERLAY_POINTS_MAX,
  view: { min: number; max: number } | null = null,
): Overlay {
  const x = Float64Array.from(new Set(lines.flatMap((line) => placesOf(line, pointsMax, view)))).sort()
  return { x, curves: lines.map((line) => valuesAt(line, x)), breaks: lines.map(middlesOf) }
}

/** The x values at which a line is drawn: evenly over its length and over what is in view, and at and within its pauses. */
function placesOf(line: Line, pointsMax: number, view: { min: number; max: number } | null): number[] {
  const { x, gaps } = line
  const places = middlesOf(line)
  const addEvenly = (from: number, to: number) => {
    const stride = Math.max(1, Math.ceil((to - from) / pointsMax))
    for (let index = from; index < to; index += stride) places.push(x[index] as number)
  }
  addEvenly(0, x.length)
  if (view !== null) addEvenly(reachedAt(x, view.min), reachedAt(x, view.max))
  if (x.length > 0) places.push(x[x.length - 1] as number)
  for (const gap of gaps) places.push(x[gap] as number, x[gap + 1] as number)
  return places
}

/** The index of the first place from a value on; the length if there is none. */
function reachedAt(x: Line['x'], value: number): number {
  let [low, high] = [0, x.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((x[middle] as number) < value) low = middle + 1
    else high = middle
  }
  return low
}

const middlesOf = ({ x, gaps }: Line): number[] => gaps.map((gap) => ((x[gap] as number) + (x[gap + 1] as number)) / 2)

function valuesAt({ x, y, gaps }: Line, places: ArrayLike<number>): (number | null)[] {
  const values = new Array<number | null>(places.length).fill(null)
  let index = 0
  let gap = 0
  for (let place = 0; place < places.length; place++) {
    const at = places[place] as number
    if (x.length === 0 || at < (x[0] as number) || at > (x[x.length - 1] as number)) continue
    while (index + 1 < x.length && (x[index + 1] as number) <= at) index++
    while (gap < gaps.length && (gaps[gap] as number) < index) gap++
    const from = x[index] as number
    if (at === from) values[place] = y[index] ?? null
    else if (gaps[gap] !== index) {
      const part = (at - from) / ((x[index + 1] as number) - from)
      values[place] = between(y[index] ?? null, y[index + 1] ?? null, part)
    }
  }
  return values
}

function between(from: number | null, to: number | null, part: number): number | null {
  if (from === null || to === null) return null
  const value = from + part * (to - from)
  return Number.isFinite(value) ? value : null
}
