import type { XKind } from './types.ts'
import type { View } from './view.ts'

/** The decimals of a number: three of 0.025, seven of 2e-7. */
export function decimalsOf(value: number): number {
  const [digits = '', exponent = '0'] = String(value).split('e')
  return Math.max(0, (digits.split('.')[1]?.length ?? 0) - Number(exponent))
}

/** The multiples of a step in view, without floating point errors. */
function multiples({ min, max }: View, step: number): number[] {
  const decimals = decimalsOf(step)
  const [first, last] = [Math.ceil(min / step - 1e-9), Math.floor(max / step + 1e-9)]
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, at) =>
    Number(((first + at) * step).toFixed(decimals)),
  )
}

/**
 * The ticks of a linear axis: the multiples of a step and, if the axis's end is in view, the end in place of those that
 * are too close to it.
 *
 * @param apart the distance that two labels need
 */
export function ticksIn(view: View, step: number, end: number, apart: number): number[] {
  const ticks = multiples(view, step)
  if (end > view.max || ticks.at(-1) === end) return ticks
  while (ticks.length > 1 && end - (ticks.at(-1) ?? end) < apart) ticks.pop()
  return end - (ticks.at(-1) ?? -Infinity) < apart ? ticks : [...ticks, end]
}

/** First digits of a logarithmic axis's ticks, from few to many. */
const logDigits = [[1], [1, 3], [1, 2, 5], [1, 2, 3, 4, 5, 6, 7, 8, 9]]

/** With fewer ticks a logarithmic axis cannot be read. */
const logTicksMin = 3

/**
 * The ticks of a logarithmic axis: round numbers in each power of ten, as many as fit; over a small part of one, evenly
 * spaced numbers.
 *
 * @param view above 0
 * @param countMax at least 3
 */
export function logTicksIn(view: View, countMax: number): number[] {
  const [from, to] = [view.min, view.max].map((value) => Math.floor(Math.log10(value))) as [number, number]
  const powers = Array.from({ length: to - from + 1 }, (_, at) => from + at)
  const fitting = logDigits
    .map((digits) => powers.flatMap((power) => digits.map((digit) => Number(`${digit}e${power}`))))
    .map((ticks) => ticks.filter((tick) => tick >= view.min && tick <= view.max))
    .filter(({ length }) => length >= logTicksMin && length <= countMax)
  return fitting.at(-1) ?? multiples(view, stepFor(view, countMax))
}

/** The smallest of 1, 2, 5 times a power of ten that gives at most so many ticks. */
function stepFor({ min, max }: View, countMax: number): number {
  const step = (max - min) / countMax
  const power = Math.floor(Math.log10(step))
  const steps = [1, 2, 5, 10].map((digit) => Number(`${digit}e${power}`))
  return steps.find((one) => one >= step) ?? 10 ** (power + 1)
}

const second = 1_000
const minute = 60 * second
const hour = 60 * minute

const times = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * second),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * minute),
  ...[1, 2, 3, 6, 12, 24, 48, 120, 240].map((count) => count * hour),
]

/** Distances between the ticks of an x axis: there is no half step, and no time has parts of a second. */
export const stepsOf: Record<XKind, readonly number[]> = {
  count: [0, 1, 2, 3, 4, 5].flatMap((power) => [1, 2, 5].map((digit) => digit * 10 ** power)),
  parts: [-2, -1, 0, 1, 2].flatMap((power) => [1, 2, 5].map((digit) => Number(`${digit}e${power}`))),
  duration: times,
  time: times,
}

/** Which epochs are named: each, or each second, fifth … where there is less room. In pixels. */
export function namedEvery(space: number, spaceMin: number): number {
  return [1, 2, 5, 10, 20, 50].find((every) => every * space >= spaceMin) ?? 100
}
