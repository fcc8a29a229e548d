import { RUNNER_KEPT_MS, RUNNERS_SHOWN_MAX, RUNNERS_SWEPT_MAX } from '../../platform/limits.ts'

/** A runner: whose credential it uses, its name for itself, and the job that it has (`null`: it waits for one). */
export type RunnerSeen = {
  actor: string
  name: string
  version: string | null
  labels: Record<string, string>
  jobId: string | null
  /** The claim by which it has that job. */
  claimId: string | null
}

/** A runner as the register knows it; `seenMs`: when it last asked or took or ended a job, Unix ms. */
export type KnownRunner = Omit<RunnerSeen, 'claimId'> & { seenMs: number }

/** The runners that have asked for a job lately. Nothing depends on this list: it is for people. */
export function runners(db: D1Database) {
  /** Writes down a runner that has appeared, still waits, or has taken a job: one row, as long as its job is the same. */
  async function noteRunner(
    { actor, name, version, labels, jobId, claimId }: RunnerSeen,
    nowMs: number,
  ): Promise<void> {
    await db
      .prepare(
        `INSERT INTO runners (actor, name, version, labels, seen_ms, job_id, claim_id, forget_ms)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (actor, name) DO UPDATE SET version = excluded.version, labels = excluded.labels, seen_ms = excluded.seen_ms,
           job_id = excluded.job_id, claim_id = excluded.claim_id`,
      )
      .bind(actor, name, version, JSON.stringify(labels), nowMs, jobId, claimId, nowMs + RUNNER_KEPT_MS)
      .run()
  }

  /** Records that the runner which had a job by a claim has ended its attempt. */
  async function noteJobLeft(claimId: string, nowMs: number): Promise<void> {
    await db
      .prepare('UPDATE runners SET job_id = NULL, claim_id = NULL, seen_ms = ? WHERE claim_id = ?')
      .bind(nowMs, claimId)
      .run()
  }

  /** Removes a runner that says that it ends. */
  async function removeRunner(actor: string, name: string): Promise<void> {
    await db.prepare('DELETE FROM runners WHERE actor = ? AND name = ?').bind(actor, name).run()
  }

  /**
   * The runners heard of in the last RUNNER_KEPT_MS, by name, at most RUNNERS_SHOWN_MAX. One has a job for as long as that is in
   * the hands of its claim, whatever ended that.
   */
  async function listRunners(nowMs: number): Promise<KnownRunner[]> {
    const { results } = await db
      .prepare(
        `SELECT actor, name, version, labels, seen_ms AS seenMs,
           (SELECT id FROM jobs WHERE id = job_id AND jobs.claim_id = runners.claim_id) AS jobId
         FROM runners INDEXED BY runners_by_forgetting
         WHERE forget_ms > ?1 AND seen_ms > ?1 ORDER BY forget_ms DESC LIMIT ?2`,
      )
      .bind(nowMs - RUNNER_KEPT_MS, RUNNERS_SHOWN_MAX)
      .all<Omit<KnownRunner, 'labels'> & { labels: string }>()
    const listed = results.map((row): KnownRunner => ({ ...row, labels: JSON.parse(row.labels) }))
    return listed.sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  /** Forgets runners that were not heard of for longer, some of them. Of the others it is looked again a day after they were. */
  async function forgetRunners(nowMs: number): Promise<void> {
    const due = 'FROM runners INDEXED BY runners_by_forgetting WHERE forget_ms <= ?1'
    if ((await db.prepare(`SELECT 1 ${due} LIMIT 1`).bind(nowMs).first()) === null) return
    const some = `(actor, name) IN (SELECT actor, name ${due} ORDER BY forget_ms LIMIT ?2)`
    await db.batch(
      [
        `DELETE FROM runners WHERE ${some} AND seen_ms <= ?1 - ?3`,
        `UPDATE runners SET forget_ms = seen_ms + ?3 WHERE ${some}`,
      ].map((sql) => db.prepare(sql).bind(nowMs, RUNNERS_SWEPT_MAX, RUNNER_KEPT_MS)),
    )
  }

  return { noteRunner, noteJobLeft, removeRunner, listRunners, forgetRunners }
}
