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

/** The encoded events of one moment: one for all watchers at the same cursor. */
export class Frames {
  readonly view: View
  readonly #describe: typeof describeEvent
  readonly #frames = new Map<string, { cursor: Cursor; bytes: Uint8Array }>()

  constructor(view: View, describe: typeof describeEvent) {
    this.view = view
    this.#describe = describe
  }

  at({ mode, cursor }: { mode: HistoryMode; cursor: Cursor }) {
    const rewind = rewindSince(this.view.job.attempts.rewinds, cursor.revision)
    const key = mode === 'window' ? mode : `${cursor.points} ${rewind?.point} ${rewind?.fromStep}`
    const known = this.#frames.get(key)
    if (known !== undefined) return known
    const frame = this.#describe(this.view, mode, cursor)
    const encoded = { cursor: frame.cursor, bytes: encodeEvent(cursorId(frame.cursor), frame.event) }
    this.#frames.set(key, encoded)
    return encoded
  }
  /** An event for a watcher that has seen all but what no cursor counts: lines of output. It has no id of its own. */
  outputEvent(mode: HistoryMode): Uint8Array {
    const { job, curve } = this.view
    const { event } = this.#describe(this.view, mode, { revision: job.revision, points: curve.length })
    return encodeEvent(null, event)
  }
}
