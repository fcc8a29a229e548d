import { QUEUE_LENGTH_MAX, WAKE_GRACE_MS } from '../../platform/limits.ts'

/** The condition of the index `jobs_waiting`, verbatim, so that SQLite can use it. Rows from before have no `waits_ms`. */
const waiting = `slot IS NULL AND (status = 'queued' OR (status = 'paused' AND waits_ms IS NOT NULL))`
const longestFirst = 'ORDER BY waits_ms, seq'

/** Whether a slot is free for a new job: queued jobs go first. `?1`: the number of slots. */
const slotIsFree = '(SELECT waiting = 0 AND held < ?1 FROM job_counters)'

/** The slots of the register: which job gets a free one, and the order of the queue. */
export function slots(db: D1Database) {
  /**
   * Assigns a free slot to the first job in the queue, with a wake deadline of WAKE_GRACE_MS.
   *
   * @returns its id; `null` when no slot is free or no job waits
   */
  async function assignSlot(slots: number, nowMs: number): Promise<string | null> {
    const row = await db
      .prepare(
        `UPDATE jobs SET slot = 1, wake_by_ms = ?2
         WHERE seq = (SELECT seq FROM jobs INDEXED BY jobs_waiting WHERE ${waiting} ${longestFirst} LIMIT 1)
           AND (SELECT held < ?1 FROM job_counters)
         RETURNING id`,
      )
      .bind(slots, nowMs + WAKE_GRACE_MS)
      .first<{ id: string }>()
    return row?.id ?? null
  }

  /** The ids of the queued jobs, in order. */
  async function queue(): Promise<string[]> {
    const rows = await db
      .prepare(`SELECT id FROM jobs INDEXED BY jobs_waiting WHERE ${waiting} ${longestFirst} LIMIT ?`)
      .bind(QUEUE_LENGTH_MAX)
      .all<{ id: string }>()
    return rows.results.map((row) => row.id)
  }

  /**
   * Acquires a slot for a paused job; one that it already holds, from an attempt that was never finished, is as good. Sets a
   * wake deadline of WAKE_GRACE_MS: if the attempt fails, the sweeper finds the slot. Jobs that wait for a slot go first.
   */
  async function acquireSlot(id: string, slots: number, nowMs: number): Promise<boolean> {
    const written = await db
      .prepare(
        `UPDATE jobs SET slot = coalesce(slot, 1), wake_by_ms = ?3
         WHERE id = ?2 AND (slot IS NOT NULL OR ${slotIsFree})`,
      )
      .bind(slots, id, nowMs + WAKE_GRACE_MS)
      .run()
    return written.meta.changes > 0
  }

  /**
   * Announces that a paused job gets in the queue: the object decides that, and if D1 never hears of it, the sweeper asks
   * after WAKE_GRACE_MS. Several at the same moment may exceed the queue's length by as many.
   *
   * @returns false when the queue is full, or there is no such row
   */
  async function announceWaiting(id: string, nowMs: number): Promise<boolean> {
    const written = await db
      .prepare('UPDATE jobs SET wake_by_ms = ?2 WHERE id = ?1 AND (SELECT waiting < ?3 FROM job_counters)')
      .bind(id, nowMs + WAKE_GRACE_MS, QUEUE_LENGTH_MAX)
      .run()
    return written.meta.changes > 0
  }

  return { assignSlot, queue, acquireSlot, announceWaiting }
}
