import type { Gap, Values } from './types.ts'

/**
 * Where the line of a curve is broken: from its last value before each break to its next one.
 *
 * @param breaks ascending places on the x axis
 */
export function gapsAt(breaks: readonly number[], x: Values, values: Values): Gap[] {
  const gaps: Gap[] = []
  let before = -1
  let next = 0
  for (let index = 0; index < x.length; index++) {
    if (values[index] == null) continue
    const from = next
    while ((breaks[next] ?? Infinity) <= (x[index] ?? 0)) next++
    if (next > from && before >= 0) gaps.push([before, index])
    before = index
  }
  return gaps
}
