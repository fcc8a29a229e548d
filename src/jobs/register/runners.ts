import { RUNNER_KEPT_MS, RUNNERS_SHOWN_MAX, RUNNERS_SWEPT_MAX } from '../../platform/limits.ts'
import type { AttemptEnd } from '../rules/attempt.ts'

/** A runner: whose credential it uses, and its name for itself. */
type Named = { actor: string; name: string; version: string | null; labels: Record<string, string> }

/** A runner that has asked for a job. */
export type RunnerSeen = Named & {
  /** The job that it has taken, and the claim by which it has it; `null`: it waits for one. */
  taken: { id: string; name: string; claimId: string } | null
}

/** A runner as the register knows it. All times are Unix ms. */
export type KnownRunner = Named & {
  /** When it last asked for a job, took one or ended one. */
  seenMs: number
  /** Since when it waits, has its job, or has ended. */
  sinceMs: number
  /** When it said that it ends; `null`: it has not. */
  leftMs: number | null
  /** The job that it has. */
  jobId: string | null
  /** The job that it has taken last, if that is still there, and how its attempt ended, as far as it has said so. */
  lastJob: { id: string; name: string; ended: AttemptEnd | null } | null
}

/** A row of the list. */
type ListedRow = Omit<KnownRunner, 'labels' | 'lastJob'> & {
  labels: string
  lastId: string | null
  lastName: string
  ended: AttemptEnd | null
}

/** The runners that have asked for a job lately. Nothing depends on this list: it is for people. */
export function runners(db: D1Database) {
  /** Writes down a runner that has appeared, still waits, or has taken a job: one row, as long as its job is the same. */
  async function noteRunner({ actor, name, version, labels, taken }: RunnerSeen, nowMs: number): Promise<void> {
    await db
      .prepare(
        `INSERT INTO runners (actor, name, version, labels, seen_ms, since_ms, job_id, job_name, claim_id, forget_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6, ?7, ?8, ?9)
         ON CONFLICT (actor, name) DO UPDATE SET version = excluded.version, labels = excluded.labels, seen_ms = excluded.seen_ms,
           since_ms = CASE WHEN left_ms IS NULL AND claim_id IS excluded.claim_id THEN since_ms ELSE excluded.since_ms END,
           left_ms = NULL, claim_id = excluded.claim_id,
           job_id = coalesce(excluded.job_id, job_id), job_name = coalesce(excluded.job_name, job_name),
           ended = CASE WHEN excluded.job_id IS NULL THEN ended END`,
      )
      .bind(
        ...[actor, name, version, JSON.stringify(labels), nowMs],
        ...[taken?.id ?? null, taken?.name ?? null, taken?.claimId ?? null, nowMs + RUNNER_KEPT_MS],
      )
      .run()
  }

  /** Records that the runner which had a job by a claim has ended its attempt, and how. */
  async function noteJobLeft(claimId: string, ended: AttemptEnd, nowMs: number): Promise<void> {
    await db
      .prepare('UPDATE runners SET claim_id = NULL, ended = ?, since_ms = ?3, seen_ms = ?3 WHERE claim_id = ?2')
      .bind(ended, claimId, nowMs)
      .run()
  }

  /** Records that a runner says that it ends. How its last attempt ended may be written down only after it. */
  async function noteLeft(actor: string, name: string, nowMs: number): Promise<void> {
    await db
      .prepare('UPDATE runners SET left_ms = ?3, since_ms = ?3, seen_ms = ?3 WHERE actor = ?1 AND name = ?2')
      .bind(actor, name, nowMs)
      .run()
  }

  /**
   * The runners heard of in the last RUNNER_KEPT_MS, by name, at most RUNNERS_SHOWN_MAX. One has a job for as long as that is in
   * the hands of its claim, whatever ended that.
   */
  async function listRunners(nowMs: number): Promise<KnownRunner[]> {
    const { results } = await db
      .prepare(
        `SELECT r.actor, r.name, r.version, r.labels, r.seen_ms AS seenMs, coalesce(r.since_ms, r.seen_ms) AS sinceMs,
           r.left_ms AS leftMs, CASE WHEN j.claim_id = r.claim_id THEN j.id END AS jobId,
           j.id AS lastId, coalesce(r.job_name, '') AS lastName, r.ended
         FROM runners AS r INDEXED BY runners_by_forgetting LEFT JOIN jobs AS j ON j.id = r.job_id
         WHERE r.forget_ms > ?1 AND r.seen_ms > ?1 ORDER BY r.forget_ms DESC LIMIT ?2`,
      )
      .bind(nowMs - RUNNER_KEPT_MS, RUNNERS_SHOWN_MAX)
      .all<ListedRow>()
    const listed = results.map(({ labels, lastId, lastName, ended, ...row }): KnownRunner => {
      const lastJob = lastId === null ? null : { id: lastId, name: lastName, ended }
      return { ...row, labels: JSON.parse(labels), lastJob }
    })
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

  return { noteRunner, noteJobLeft, noteLeft, listRunners, forgetRunners }
}
