import { TOMBSTONE_MS } from '../../platform/limits.ts'
import type { Job } from '../rules/types.ts'
import type { Deadlines } from './deadlines.ts'
import type { EventStore } from './event-store.ts'
import type { Sinks } from './sinks.ts'

/** What becomes of the object of a deleted job: it forgets the job once all have heard of it, and a week later the deletion, too. */

/** When a deleted job is forgotten but for its deletion, Unix ms: once all sinks have heard of it, or are parked; `null`: not yet. */
export const buriedAtMs = (job: Job | null, sinks: Sinks): number | null =>
  job?.deleted && sinks.nextMs() === null ? job.changedMs : null

/** Forgets the job but for its deletion. */
export async function bury(store: EventStore, deadlines: Deadlines, nowMs: number): Promise<void> {
  await store.bury(nowMs)
  deadlines.forget()
}

/** When the object also forgets that its job was deleted, Unix ms; `null`: it was not. */
export const forgottenAtMs = ({ deletedMs }: EventStore): number | null =>
  deletedMs === null ? null : deletedMs + TOMBSTONE_MS
