import { FRAME_BYTES_MAX, FRAME_POINTS_MAX } from '../../platform/limits.ts'
import { encodeEvent } from '../../platform/sse.ts'
import { isFinal } from '../../shared/job-status.ts'
import { type Cursor, type describeEvent, type HistoryMode, rewindSince } from '../rules/describe.ts'
import type { View } from '../rules/types.ts'

/** A cursor as the `id` of an event. */
export const cursorId = ({ revision, points }: Cursor): string => `${revision}.${points}`

/** The cursor in an event's `id`, which must be of the form `cursorId` gives. */
export function parseCursor(id: string): Cursor {
  const [revision, points] = id.split('.')
  return { revision: Number(revision), points: Number(points) }
}

/** Whether a watcher at the cursor has seen the end of the job. */
export function isCaughtUp({ job, curve }: View, after: Cursor | null): boolean {
  return isFinal(job.status) && after !== null && after.revision >= job.revision && after.points >= curve.length
}

/** An encoded event, and the cursor after it. */
type Frame = { cursor: Cursor; bytes: Uint8Array }

/** The encoded events of one moment: one for all watchers at the same cursor. */
export class Frames {
  readonly view: View
  readonly #describe: typeof describeEvent
  readonly #frames = new Map<string, Frame>()

  constructor(view: View, describe: typeof describeEvent) {
    this.view = view
    this.#describe = describe
  }

  at({ mode, cursor }: { mode: HistoryMode; cursor: Cursor }) {
    const rewind = rewindSince(this.view.job.attempts.rewinds, cursor.revision)
    const key = mode === 'window' ? mode : `${cursor.points} ${rewind?.point} ${rewind?.fromStep}`
    const known = this.#frames.get(key)
    if (known !== undefined) return known
    const encoded = this.#encode(mode, cursor, cursorId)
    this.#frames.set(key, encoded)
    return encoded
  }

  /** An event for a watcher that has seen all but what no cursor counts: lines of output. It has no id of its own. */
  outputEvent(mode: HistoryMode): Uint8Array {
    const { job, curve } = this.view
    return this.#encode(mode, { revision: job.revision, points: curve.length }, () => null).bytes
  }

  /** The event for a cursor, with as many of its points as fit, or one. */
  #encode(mode: HistoryMode, seen: Cursor, idOf: (cursor: Cursor) => string | null): Frame {
    for (let pointsMax = FRAME_POINTS_MAX; ; ) {
      const { cursor, event } = this.#describe(this.view, mode, seen, pointsMax)
      const bytes = encodeEvent(idOf(cursor), event)
      const points = event.history.length
      if (bytes.length <= FRAME_BYTES_MAX || points <= 1 || pointsMax === 1) return { cursor, bytes }
      pointsMax = Math.max(1, Math.floor((points * FRAME_BYTES_MAX) / bytes.length))
    }
  }
}
