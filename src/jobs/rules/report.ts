import {
  JOB_VALUES_MAX,
  METRIC_NAME_LENGTH_MAX,
  METRIC_NAMES_MAX,
  OUTPUT_LINE_BYTES_MAX,
  REPORT_DROPPED_MAX,
  REPORT_LINES_MAX,
  REPORT_POINTS_MAX,
} from '../../platform/limits.ts'
import { nonFiniteNames } from '../../shared/metric-value.ts'
import type { Point } from './types.ts'

/** A line of output of the training process, and when it was written (Unix ms, by the runner's clock). */
export type OutputLine = { stream: 'stdout' | 'stderr'; timestampMs: number; text: string }

/** A part of a report that makes no sense, or is too much, and was left out: its place, and why. */
export type Dropped = { part: string; index?: number; metric?: string; why: string }

/** A report, read. */
export type Report = {
  phase?: 'training' | 'validating' | undefined
  totalSteps?: number | undefined
  acknowledged?: number | undefined
  stopping?: number | undefined
  points: readonly Point[]
  lines: readonly OutputLine[]
  dropped: readonly Dropped[]
}

/** What a job has room for. */
export type Room = {
  /** The metrics it has. */
  names: ReadonlySet<string>
  /** The values in all its points. */
  values: number
}

/**
 * Reads the points of a report. What makes no sense is left out and named: one bad value must not keep back the rest.
 *
 * @param nowMs the time of a point that has none
 */
export function readPoints(raw: readonly unknown[], { names, values }: Room, nowMs: number) {
  const points: Point[] = []
  const dropped: Dropped[] = []
  const known = new Set(names)
  let count = values
  const drop = (index: number, why: string, metric?: string) =>
    dropped.length < REPORT_DROPPED_MAX &&
    dropped.push({ part: 'points', index, ...(metric === undefined ? {} : { metric }), why })
  for (const [index, one] of raw.entries()) {
    if (index >= REPORT_POINTS_MAX) {
      drop(index, `More than ${REPORT_POINTS_MAX} points in one report; send the rest in the next`)
      break
    }
    if (!isObject(one)) {
      drop(index, 'Not an object')
      continue
    }
    const { step, epoch, timestamp, metrics } = one
    if (!Number.isSafeInteger(step)) {
      drop(index, 'step must be a whole number up to 2^53')
      continue
    }
    if (!isObject(metrics)) {
      drop(index, 'metrics must be an object of numbers by name')
      continue
    }
    const kept: [string, number][] = []
    for (const [name, value] of Object.entries(metrics)) {
      const number = readValue(value)
      const why =
        number === null
          ? 'Not a number; "NaN", "Infinity" and "-Infinity" are allowed'
          : name === '' || name.length > METRIC_NAME_LENGTH_MAX
            ? `A metric's name has 1 to ${METRIC_NAME_LENGTH_MAX} characters`
            : count >= JOB_VALUES_MAX
              ? `The job has ${JOB_VALUES_MAX} values, the maximum`
              : !known.has(name) && known.size >= METRIC_NAMES_MAX
                ? `The job has ${METRIC_NAMES_MAX} metrics, the maximum`
                : null
      if (why !== null || number === null) {
        drop(index, why ?? '', shortened(name))
        continue
      }
      kept.push([name, number])
      known.add(name)
      count++
    }
    if (kept.length === 0) {
      if (Object.keys(metrics).length === 0) drop(index, 'metrics is empty')
      continue
    }
    const timestampMs = typeof timestamp === 'number' && isTime(timestamp) ? Math.round(timestamp) : nowMs
    const hasEpoch = typeof epoch === 'number' && Number.isFinite(epoch)
    points.push({
      step: step as number,
      epoch: hasEpoch ? epoch : null,
      timestampMs,
      metrics: Object.fromEntries(kept),
    })
  }
  return { points, dropped }
}

/** Reads the output of a report. Lines that are too long are cut. */
export function readOutput(raw: readonly unknown[], nowMs: number) {
  const lines: OutputLine[] = []
  const dropped: Dropped[] = []
  for (const [index, one] of raw.entries()) {
    if (index >= REPORT_LINES_MAX) {
      dropped.push({ part: 'output', index, why: `More than ${REPORT_LINES_MAX} lines in one report` })
      break
    }
    if (!isObject(one) || typeof one.text !== 'string') {
      if (dropped.length < REPORT_DROPPED_MAX) dropped.push({ part: 'output', index, why: 'Not a line with a text' })
      continue
    }
    const timestampMs = typeof one.timestamp === 'number' && isTime(one.timestamp) ? Math.round(one.timestamp) : nowMs
    lines.push({ stream: one.stream === 'stderr' ? 'stderr' : 'stdout', timestampMs, text: cut(one.text) })
  }
  return { lines, dropped }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const readValue = (value: unknown): number | null => {
  if (typeof value === 'number') return value
  return (nonFiniteNames as readonly unknown[]).includes(value) ? Number(value) : null
}

/** Of any time that a date can have. */
const isTime = (ms: number): boolean => Math.abs(ms) <= 8.64e15

const shortened = (name: string): string => (name.length > 40 ? `${name.slice(0, 40)}…` : name)

/** A character of UTF-16 has at most three bytes in UTF-8. */
const cut = (text: string): string => {
  if (text.length * 3 <= OUTPUT_LINE_BYTES_MAX) return text
  const bytes = new TextEncoder().encode(text)
  if (bytes.length <= OUTPUT_LINE_BYTES_MAX) return text
  return new TextDecoder().decode(bytes.slice(0, OUTPUT_LINE_BYTES_MAX)).replace(/\ufffd$/, '')
}
