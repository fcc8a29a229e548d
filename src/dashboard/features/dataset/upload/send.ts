import { DATASET_BODY_BYTES_MAX } from '../../../../platform/limits.ts'
import type { Sleep } from '../../../../platform/timeout.ts'
import type { Problem } from '../../../api/problem.ts'
import {
  UPLOAD_BATCH_DOCUMENTS_MAX,
  UPLOAD_BODY_BYTES_SPARE,
  UPLOAD_RETRY_MS,
  UPLOAD_TRIES_MAX,
} from '../../../platform/limits.ts'
import type { FaultyRow, ReadyRow, RowError } from './check.ts'
import type { DocumentInput } from './check-fields.ts'
import { type Field, fields } from './fields.ts'
import type { Counts, PutAnswer } from './put.ts'

/** The progress of an upload: the remaining rows, and the outcome of the others. */
export type Progress = {
  left: readonly ReadyRow[]
  /** How many rows at the start of `left` were sent without a response: they may be stored. */
  unconfirmed: number
  counts: Counts
  refused: readonly FaultyRow[]
}

export const noProgress = (rows: readonly ReadyRow[]): Progress => ({
  left: rows,
  unconfirmed: 0,
  counts: { new: 0, changed: 0, unchanged: 0 },
  refused: [],
})

/** Why an upload waits, and until when (Unix ms) if known. */
export type Wait = { why: 'offline' } | { why: 'busy'; untilMs: number }

/** How it ended: with all rows, cancelled, or with a refusal after which it can be resumed. */
export type Ending = 'complete' | 'cancelled' | Problem

/** Dependencies of sending. */
export type Sender = {
  put: (documents: DocumentInput[]) => Promise<PutAnswer>
  /** Resolves when the server is reachable; rejects when the signal is aborted. */
  untilReachable: (signal: AbortSignal) => Promise<void>
  sleep: Sleep
  now: () => number
  onProgress: (progress: Progress) => void
  onWait: (wait: Wait | null) => void
}

/**
 * Sends the remaining rows in batches. A request whose response was lost is repeated, which is harmless: the same
 * documents change nothing. Rows that the API rejects are removed from their batch, which is sent again. Cancelling
 * takes effect between two requests, so that the outcome is known, except for a lost response.
 */
export async function sendRows(progress: Progress, sender: Sender, signal: AbortSignal): Promise<Ending> {
  let { left, unconfirmed, counts, refused } = progress
  while (left.length > 0) {
    const batch = nextBatch(left)
    const onUnanswered = () => {
      unconfirmed = batch.length
      sender.onProgress({ left, unconfirmed, counts, refused })
    }
    const answer = await putPatiently(batch, sender, signal, onUnanswered)
    if (answer === 'cancelled') return answer
    if (answer.ok) {
      left = left.slice(batch.length)
      counts = add(counts, answer.counts)
    } else {
      const faulty = refusedRows(batch, answer.refusal)
      if (faulty.length === 0) return answer.refusal
      const without = new Set(faulty.map(({ index }) => index))
      left = left.filter(({ index }) => !without.has(index))
      refused = [...refused, ...faulty]
    }
    unconfirmed = 0
    sender.onProgress({ left, unconfirmed, counts, refused })
  }
  return 'complete'
}

/** Sends one batch until it is answered: waits while the server is unreachable or asks to retry later. */
async function putPatiently(
  batch: readonly ReadyRow[],
  sender: Sender,
  signal: AbortSignal,
  onUnanswered: () => void,
): Promise<PutAnswer | 'cancelled'> {
  const documents = batch.map(({ document }) => document)
  for (let tries = 0; !signal.aborted; ) {
    const answer = await sender.put(documents)
    if (answer.ok) return answer
    const offline = answer.refusal.status === 0
    if (offline || answer.refusal.status >= 500) onUnanswered()
    if (!offline && (!isTemporary(answer.refusal.status) || ++tries >= UPLOAD_TRIES_MAX)) return answer
    try {
      if (offline) await waitUntilReachable(sender, signal)
      else await waitFor(answer.retryMs || UPLOAD_RETRY_MS * 2 ** (tries - 1), sender, signal)
    } catch {
      break
    } finally {
      sender.onWait(null)
    }
  }
  return 'cancelled'
}

function waitUntilReachable({ onWait, untilReachable }: Sender, signal: AbortSignal): Promise<void> {
  onWait({ why: 'offline' })
  return untilReachable(signal)
}

function waitFor(ms: number, { onWait, sleep, now }: Sender, signal: AbortSignal): Promise<void> {
  onWait({ why: 'busy', untilMs: now() + ms })
  return sleep(ms, signal)
}

/** Unlike a stream's attempt, an upload is not repeated after a 500: what breaks the server would break it again. */
const isTemporary = (status: number): boolean => [408, 425, 429, 502, 503, 504].includes(status)

const add = (a: Counts, b: Counts): Counts => ({
  new: a.new + b.new,
  changed: a.changed + b.changed,
  unchanged: a.unchanged + b.unchanged,
})

const encoder = new TextEncoder()

/** The first rows that fit into one request, by documents and by bytes. At least one. */
export function nextBatch(rows: readonly ReadyRow[]): readonly ReadyRow[] {
  let bytes = UPLOAD_BODY_BYTES_SPARE
  const first = rows.slice(0, UPLOAD_BATCH_DOCUMENTS_MAX)
  const tooMany = first.findIndex(({ document }) => {
    bytes += encoder.encode(JSON.stringify(document)).length + 1
    return bytes > DATASET_BODY_BYTES_MAX
  })
  return tooMany === -1 ? first : first.slice(0, Math.max(1, tooMany))
}

/**
 * The rows of a batch that the API rejected, by the locations of its errors. It lists only the first errors, so a batch
 * may be rejected again. Empty if the error is not in a row.
 */
export function refusedRows(batch: readonly ReadyRow[], { errors = [] }: Problem): FaultyRow[] {
  const refused = new Map<number, RowError[]>()
  for (const { loc, msg } of errors) {
    const [where, list, at, name] = loc
    const row = where === 'body' && list === 'documents' && typeof at === 'number' ? batch[at] : undefined
    if (row === undefined) continue
    const field = fields.find((field): field is Field => field === name) ?? null
    refused.set(row.index, [...(refused.get(row.index) ?? []), { field, message: msg }])
  }
  return [...refused].map(([index, errors]) => ({ index, errors }))
}
