import type { AttemptRecord } from '../../../../client/index.ts'
import type { JobEvent } from '../data.ts'

/** A stretch in which an attempt was not heard, or brought nothing. Unix ms; `toMs`: `null` while it lasts. */
export type Gap = { kind: 'silent' | 'stalled'; fromMs: number; toMs: number | null }

/** What the log says of an attempt. `exit`: of its process, as its runner says; `null`: it said nothing. */
export type Story = { gaps: Gap[]; exit: { status: number | null; signal: string | null } | null }

/** The story of an attempt, from the log of its job. */
export function storyOf({ number }: Pick<AttemptRecord, 'number'>, events: readonly JobEvent[]): Story {
  const story: Story = { gaps: [], exit: null }
  const end = (atMs: number, kind?: Gap['kind']) => {
    const last = story.gaps.at(-1)
    if (last?.toMs === null && (kind === undefined || last.kind === kind)) last.toMs = atMs
  }
  for (const { type, at, details } of events) {
    if (details?.attempt !== number) continue
    const atMs = Date.parse(at)
    if (type === 'silent' || type === 'stalled') {
      const fromMs = details.since === undefined ? atMs : Date.parse(details.since)
      end(fromMs)
      story.gaps.push({ kind: type, fromMs, toMs: null })
    } else if (type === 'returned') end(atMs, 'silent')
    else if (type === 'stall_ended') end(atMs, 'stalled')
    else if (type === 'finished' && (details.exit_status ?? details.signal) !== undefined) {
      story.exit = { status: details.exit_status ?? null, signal: details.signal ?? null }
    }
  }
  return story
}

/** A stretch of a bar: where it begins, and how long it is, in per cent of the whole. */
export type Stretch = { startPercent: number; lengthPercent: number }

/** Where a stretch of time lies in a longer one. It is cut to that. */
export function stretchOf(fromMs: number, toMs: number, whole: { fromMs: number; toMs: number }): Stretch {
  const lengthMs = Math.max(1, whole.toMs - whole.fromMs)
  const percentAt = (ms: number) => Math.min(100, Math.max(0, ((ms - whole.fromMs) / lengthMs) * 100))
  return { startPercent: percentAt(fromMs), lengthPercent: percentAt(toMs) - percentAt(fromMs) }
}
