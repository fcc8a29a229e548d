import { hasStep } from './stepless.ts'
import type { Point } from './types.ts'

/** Of one metric in a block, or in a curve; `count`: how many values it has there; `hasNaN`: whether one of them is NaN. */
export type Extremes = {
  lowest: number
  highest: number
  latest: number
  step: number
  timeMs: number
  count: number
  hasNaN: boolean
}

/** What some points sum up to. */
export type Sum = { epoch: number | null; metrics: Map<string, Extremes> }

/** What is known of a block without reading its points. */
export type BlockSummary = Sum & {
  /** The lowest and highest of the steps that count; `null`: none does. */
  fromStep: number | null
  toStep: number | null
  values: number
  /** The points without a step among others, which are never superseded; `null`: there are none, or no others. */
  loose: Sum | null
}

/** Adds what is known of other values of a metric. */
export function include(into: Map<string, Extremes>, name: string, other: Extremes): void {
  const known = into.get(name)
  if (known === undefined) into.set(name, { ...other })
  else {
    extend(known, other.lowest, other.highest, other.latest, other.step, other.timeMs, other.count)
    known.hasNaN ||= other.hasNaN
  }
}

/** A value that is later by step, then by time, is the latest; the lowest and highest pass over NaN. */
function extend(
  known: Extremes,
  lowest: number,
  highest: number,
  latest: number,
  step: number,
  timeMs: number,
  count: number,
): void {
  known.lowest = lower(known.lowest, lowest)
  known.highest = higher(known.highest, highest)
  known.count += count
  if (step > known.step || (step === known.step && timeMs >= known.timeMs)) {
    known.latest = latest
    known.step = step
    known.timeMs = timeMs
  }
}

const lower = (a: number, b: number): number => (Number.isNaN(a) ? b : Number.isNaN(b) ? a : Math.min(a, b))
const higher = (a: number, b: number): number => (Number.isNaN(a) ? b : Number.isNaN(b) ? a : Math.max(a, b))

export function summarize(points: readonly Point[]): BlockSummary {
  const stepped = points.filter(hasStep)
  const steps = stepped.map(({ step }) => step)
  const all = sumOf(points)
  const isMixed = stepped.length > 0 && stepped.length < points.length
  let values = 0
  for (const { count } of all.metrics.values()) values += count
  return {
    ...all,
    fromStep: steps.length === 0 ? null : Math.min(...steps),
    toStep: steps.length === 0 ? null : Math.max(...steps),
    values,
    loose: isMixed ? sumOf(points.filter((point) => !hasStep(point))) : null,
  }
}

function sumOf(points: readonly Point[]): Sum {
  const metrics = new Map<string, Extremes>()
  let epoch: number | null = null
  for (const point of points) {
    if (point.epoch !== null) epoch = Math.max(epoch ?? point.epoch, point.epoch)
    const { step, timestampMs: timeMs } = point
    for (const [name, value] of Object.entries(point.metrics)) {
      const known = metrics.get(name)
      const hasNaN = Number.isNaN(value)
      if (known === undefined)
        metrics.set(name, { lowest: value, highest: value, latest: value, step, timeMs, count: 1, hasNaN })
      else {
        extend(known, value, value, value, step, timeMs, 1)
        known.hasNaN ||= hasNaN
      }
    }
  }
  return { epoch, metrics }
}
