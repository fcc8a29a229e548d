import { REPORT_ITEMS_MAX, REPORT_PART_BYTES_MAX, WAITING_LINE_BYTES_MAX, WAITING_POINT_BYTES_MAX } from '../limits.ts'
import type { Values } from './lines.ts'

/**
 * What an attempt has to report: what was read from the process and not yet taken by the service. It follows from the entries
 * of a journal, so that a runner that was killed sends the same points once.
 */
export type Entry =
  /** Read up to these bytes of both streams, in points and lines as JSON texts. */
  | { is: 'read'; at: Offsets; points: string[]; lines: string[]; said?: Said }
  /** The first so many points and lines are a report with this number. A smaller one may replace it. */
  | { is: 'cut'; sequence: number; points: number; lines: number; note?: string }
  /** The last report that the service has taken. */
  | { is: 'taken'; sequence: number }
  /** The report that was cut is no report: its content is dropped. */
  | { is: 'refused'; note: string }
  /** In place of all entries before it. */
  | { is: 'all'; state: State }

/** Bytes read of the files that the process writes into. */
export type Offsets = { stdout: number; stderr: number }

/** What the process has said of its course. */
export type Said = {
  step?: number
  totalSteps?: number
  phase?: 'training' | 'validating'
  completed?: Values
}

/** A report that was cut: how much of what waits it has, and a line of the runner's own before it. */
type Cut = { sequence: number; points: number; lines: number; totalSteps?: number; phase?: string; note?: string }

export type State = {
  at: Offsets
  points: string[]
  lines: string[]
  /** What the process has said so far. */
  said: Said
  /** What of it waits to be reported. */
  unsaid: { totalSteps?: number; phase?: string }
  cut: Cut | null
  /** The last report that the service has taken. */
  taken: number
  /** Points and lines that were left out since the last report. */
  leftOut: { points: number; lines: number }
}

export const emptyState = (taken: number): State => ({
  at: { stdout: 0, stderr: 0 },
  points: [],
  lines: [],
  said: {},
  unsaid: {},
  cut: null,
  taken,
  leftOut: { points: 0, lines: 0 },
})

/** Changes a state as an entry says. */
export function apply(state: State, entry: Entry): State {
  switch (entry.is) {
    case 'all':
      return entry.state
    case 'read': {
      const { totalSteps, phase } = entry.said ?? {}
      for (const point of entry.points) state.points.push(point)
      for (const line of entry.lines) state.lines.push(line)
      state.at = entry.at
      state.said = { ...state.said, ...entry.said }
      state.unsaid = {
        ...state.unsaid,
        ...(totalSteps === undefined ? {} : { totalSteps }),
        ...(phase ? { phase } : {}),
      }
      return state
    }
    case 'cut': {
      const { is: _, ...cut } = entry
      const { totalSteps, phase } = { ...state.cut, ...state.unsaid }
      state.unsaid = {}
      if (cut.note !== undefined) state.leftOut = { points: 0, lines: 0 }
      const note = cut.note ?? state.cut?.note
      state.cut = {
        ...cut,
        ...(totalSteps === undefined ? {} : { totalSteps }),
        ...(phase === undefined ? {} : { phase }),
        ...(note === undefined ? {} : { note }),
      }
      return state
    }
    case 'taken':
      state.taken = entry.sequence
      if (state.cut !== null && state.cut.sequence <= entry.sequence) dropCut(state, state.cut)
      return state
    case 'refused':
      if (state.cut !== null) dropCut(state, state.cut)
      state.lines.unshift(entry.note)
      return state
  }
}

function dropCut(state: State, { points, lines }: Cut): void {
  state.points.splice(0, points)
  state.lines.splice(0, lines)
  state.cut = null
}

export const hasNews = ({ points, lines, unsaid, cut }: State): boolean =>
  cut !== null || points.length > 0 || lines.length > 0 || Object.keys(unsaid).length > 0

/** Whether a report of what waits would be full. */
export const isFull = ({ points, lines }: State): boolean =>
  points.length >= REPORT_ITEMS_MAX || lines.length >= REPORT_ITEMS_MAX || !fits(points) || !fits(lines)

const fits = (items: readonly string[]): boolean => howMany(items) === items.length

/** How many of the first items one report has room for; at least one, if there is any. */
function howMany(items: readonly string[]): number {
  let bytes = 0
  let count = 0
  for (const item of items) {
    bytes += bytesOf(item)
    if (count >= REPORT_ITEMS_MAX || (bytes > REPORT_PART_BYTES_MAX && count > 0)) break
    count++
  }
  return count
}

/** A character of UTF-16 has at most three bytes in UTF-8; lines of a process are mostly of one. */
const bytesOf = (text: string): number => Buffer.byteLength(text) + 1

/**
 * The next report of what waits.
 *
 * @param lineOf makes a line of the runner's own
 */
export function cutNext(state: State, lineOf: (text: string) => string): Entry & { is: 'cut' } {
  const { points, lines } = state.leftOut
  const left = [points > 0 ? `${points} points` : '', lines > 0 ? `${lines} lines` : ''].filter((one) => one !== '')
  const why = 'left out here: they waited to be reported, and there was no room for more'
  return {
    is: 'cut',
    sequence: state.taken + 1,
    points: howMany(state.points),
    lines: howMany(state.lines),
    ...(left.length > 0 ? { note: lineOf(`${left.join(' and ')} were ${why}`) } : {}),
  }
}

/** A report in two, of which this is the first; `null`: it has only one part. */
export function halved(cut: Cut): (Entry & { is: 'cut' }) | null {
  const { sequence, points, lines } = cut
  if (points + lines < 2) return null
  return {
    is: 'cut',
    sequence,
    points: Math.ceil(points / 2),
    lines: points > 0 ? Math.floor(lines / 2) : Math.ceil(lines / 2),
  }
}

/** The body of the report that was cut; `members` are those that need no number. */
export function bodyOf({ points, lines, cut }: State, members: object): string {
  if (cut === null) return JSON.stringify(members)
  const { sequence, totalSteps, phase, note } = cut
  const numbered = { sequence, total_steps: totalSteps, phase, ...members }
  const output = [...(note === undefined ? [] : [note]), ...lines.slice(0, cut.lines)]
  const parts = [
    JSON.stringify(numbered).slice(1, -1),
    ...(cut.points > 0 ? [`"points":[${points.slice(0, cut.points).join(',')}]`] : []),
    ...(output.length > 0 ? [`"output":[${output.join(',')}]`] : []),
  ]
  return `{${parts.join(',')}}`
}

/**
 * Thins what waits where it is too much: every second point of the older half, and the oldest lines.
 *
 * @returns whether anything was left out
 */
export function thin(state: State): boolean {
  const { cut, points, lines } = state
  const keptPoints = cut?.points ?? 0
  let left = false
  while (sizeOf(points) > WAITING_POINT_BYTES_MAX && points.length - keptPoints > 2) {
    const until = keptPoints + Math.ceil((points.length - keptPoints) / 2)
    const thinned = points.filter((_, i) => i < keptPoints || i >= until || (i - keptPoints) % 2 === 1)
    state.leftOut.points += points.length - thinned.length
    points.splice(0, points.length, ...[])
    for (const point of thinned) points.push(point)
    left = true
  }
  const size = sizeOf(lines)
  if (size <= WAITING_LINE_BYTES_MAX) return left
  // A fifth more than it must, so that it is not done for every line.
  let excess = size - WAITING_LINE_BYTES_MAX * 0.8
  const from = cut?.lines ?? 0
  let count = 0
  while (excess > 0 && from + count < lines.length) excess -= lines[from + count++]?.length ?? 0
  lines.splice(from, count)
  state.leftOut.lines += count
  return true
}

const sizeOf = (items: readonly string[]): number => items.reduce((sum, item) => sum + item.length, 0)
