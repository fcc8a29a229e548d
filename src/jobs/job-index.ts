import { QUEUE_LENGTH_MAX, WAKE_GRACE_MS } from '../limits.ts'
import { ModelType } from '../models/model-type.ts'
import { cutPage, type Page } from '../page.ts'
import type { Query } from '../query.ts'
import { describe } from './describe.ts'
import { create, evolve, holdsSlot, type Job, type JobSpec, nextWakeMs } from './job.ts'
import type { JobSnapshot } from './schema.ts'
import { planSimulation } from './simulation.ts'
import { type JobStatus, jobStatuses } from './status.ts'

/** A row of the register. */
export type JobRow = {
  seq: number
  status: JobStatus
  revision: number
  /** `null` while the job holds no slot. */
  slot: number | null
  wakeByMs: number | null
  /** The job as it stood when the row was written. */
  snapshot: JobSnapshot
}

/** Which jobs a list shows. An empty or missing filter lets all pass. */
export type JobFilter = { status?: JobStatus[] | undefined; model_type?: ModelType[] | undefined }

/** What the whole register knows of its jobs. */
export type JobCounts = {
  total: number
  completed: number
  failed: number
  activeJobId: string | null
  isTraining: boolean
}

type StoredRow = {
  seq: number
  status: JobStatus
  revision: number
  slot: number | null
  wake_by_ms: number | null
  snapshot: string
}
const columns = 'seq, status, revision, slot, wake_by_ms, snapshot'

type CountedRow = {
  total: number
  completed: number
  failed: number
  training_id: string | null
  holder_id: string | null
}

/** As the index `jobs_waiting` has it, so that SQLite can use it. */
const waiting = `status = 'queued' AND slot IS NULL`
const nobodyWaits = `NOT EXISTS (SELECT 1 FROM jobs WHERE ${waiting})`

/**
 * Parameter 1: the numbers of all slots, a JSON array. The first free slot, or NULL; also NULL when a lowered maximum is
 * still exceeded. Stops at the first one, so that it reads the held slots and not all there could be.
 */
const freeSlot = `(
  SELECT slots.value FROM json_each(?1) AS slots
  WHERE NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.slot = slots.value)
    AND (SELECT count(*) FROM jobs WHERE slot IS NOT NULL) < json_array_length(?1)
  LIMIT 1
)`
const numbersOf = (slots: number): string => JSON.stringify([...Array(slots).keys()])

/** Statements that go with another in one transaction. */
export type Around = { before?: D1PreparedStatement[]; after?: D1PreparedStatement[] }

/** The register of jobs in D1: which exist, who holds a slot, who promised to wake. */
export function jobIndex(db: D1Database) {
  /**
   * Registers a new job: with a slot if one is free and nobody waits for it, else at the end of the queue if that is
   * wanted, else not at all. The inner LIMIT keeps SQLite from looking for the slot anew at each mention of it.
   *
   * @param slots how many there are
   * @returns whether the job is registered
   */
  async function insert(
    spec: JobSpec,
    slots: number,
    mayWait: boolean,
    { before = [], after = [] }: Around = {},
  ): Promise<boolean> {
    const job = unstarted(spec)
    const statement = db
      .prepare(
        `INSERT INTO jobs (id, model_type, status, revision, slot, wake_by_ms, snapshot)
         SELECT ?2, ?3, ?4, 0, slot, iif(slot IS NULL, NULL, ?5), ?6
         FROM (SELECT iif(${nobodyWaits}, ${freeSlot}, NULL) AS slot LIMIT 1)
         WHERE slot IS NOT NULL OR (?7 AND (SELECT count(*) FROM jobs WHERE ${waiting}) < ?8)`,
      )
      .bind(
        numbersOf(slots),
        job.id,
        job.config.model_type,
        job.status,
        job.createdMs + WAKE_GRACE_MS,
        snapshotOf(job),
        mayWait ? 1 : 0,
        QUEUE_LENGTH_MAX,
      )
    const results = await db.batch([...before, statement, ...after])
    return (results[before.length]?.meta.changes ?? 0) > 0
  }

  /**
   * Gives a free slot to the job that has waited longest, and promises that it will have woken within WAKE_GRACE_MS.
   *
   * @returns its id; `null` when no slot is free or nobody waits
   */
  async function giveSlot(slots: number, nowMs: number): Promise<string | null> {
    if ((await db.prepare(`SELECT 1 FROM jobs WHERE ${waiting} LIMIT 1`).first()) === null) return null
    const row = await db
      .prepare(
        `UPDATE jobs SET slot = ${freeSlot}, wake_by_ms = ?2
         WHERE seq = (SELECT seq FROM jobs INDEXED BY jobs_waiting WHERE ${waiting} AND seq > 0 ORDER BY seq LIMIT 1)
           AND ${freeSlot} IS NOT NULL
         RETURNING id`,
      )
      .bind(numbersOf(slots), nowMs + WAKE_GRACE_MS)
      .first<{ id: string }>()
    return row?.id ?? null
  }

  /** The ids of the jobs that wait, in their order. */
  async function queue(): Promise<string[]> {
    const rows = await db
      .prepare(`SELECT id FROM jobs INDEXED BY jobs_waiting WHERE ${waiting} AND seq > 0 ORDER BY seq LIMIT ?`)
      .bind(QUEUE_LENGTH_MAX)
      .all<{ id: string }>()
    return rows.results.map((row) => row.id)
  }

  async function find(id: string): Promise<JobRow | null> {
    const row = await db.prepare(`SELECT ${columns} FROM jobs WHERE id = ?`).bind(id).first<StoredRow>()
    return row && rowOf(row)
  }

  /** A page of jobs, newest first, behind the row with the sequence number `before`. */
  async function list(filter: JobFilter, before: number, limit: number): Promise<Page<JobRow, number>> {
    const pages = await db.batch<StoredRow>(listStatements(filter, before, limit + 1))
    const newestFirst = pages.flatMap((page) => page.results).sort((a, b) => b.seq - a.seq)
    return cutPage(newestFirst.slice(0, limit + 1).map(rowOf), limit, (row) => row.seq)
  }

  /** One ordered walk for each combination of the filters, merged by the caller: none reads more rows than a page. */
  function listStatements({ status = [], model_type = [] }: JobFilter, before: number, limit: number) {
    if (status.length === 0 && model_type.length === 0) {
      const all = `SELECT ${columns} FROM jobs WHERE seq < ? ORDER BY seq DESC LIMIT ?`
      return [db.prepare(all).bind(before, limit)]
    }
    const matching = `SELECT ${columns} FROM jobs WHERE status = ? AND model_type = ? AND seq < ? ORDER BY seq DESC LIMIT ?`
    const modelTypes = model_type.length > 0 ? model_type : ModelType.options
    return (status.length > 0 ? status : jobStatuses).flatMap((s) =>
      modelTypes.map((t) => db.prepare(matching).bind(s, t, before, limit)),
    )
  }

  /**
   * Brings the job's row to the job's state, unless it already has it or a newer one. A slot is given back here; it is
   * never taken here.
   *
   * @returns false when there is no such row any more
   */
  async function update(job: Job): Promise<boolean> {
    const written = await updateStatement(job).run()
    return written.meta.changes > 0 || (await find(job.id)) !== null
  }

  function updateStatement(job: Job): D1PreparedStatement {
    const slot = holdsSlot(job) ? '' : ', slot = NULL'
    return db
      .prepare(
        `UPDATE jobs SET status = ?2, revision = ?3, wake_by_ms = ?4, snapshot = ?5${slot}
         WHERE id = ?1 AND revision < ?3`,
      )
      .bind(job.id, job.status, job.revision, wakeByMs(job), snapshotOf(job))
  }

  /**
   * Writes the final row of a completed job in one transaction with the statements that register its model version.
   * Those must do nothing once the row says `completed`.
   *
   * @returns false when there is no such row any more
   */
  async function complete(job: Job, registration: D1PreparedStatement[]): Promise<boolean> {
    const results = await db.batch([...registration, updateStatement(job)])
    return (results.at(-1)?.meta.changes ?? 0) > 0 || (await find(job.id)) !== null
  }

  /**
   * Takes a slot for a paused job; one it already holds, from an attempt whose end nobody saw, is as good. Promises
   * that the job will have woken within WAKE_GRACE_MS: if nothing comes of it, the sweeper finds the slot. Who waits for
   * a slot goes first.
   */
  async function takeSlot(id: string, slots: number, nowMs: number): Promise<boolean> {
    const written = await db
      .prepare(
        `UPDATE jobs SET slot = coalesce(slot, ${freeSlot}), wake_by_ms = ?3
         WHERE id = ?2 AND (slot IS NOT NULL OR (${nobodyWaits} AND ${freeSlot} IS NOT NULL))`,
      )
      .bind(numbersOf(slots), id, nowMs + WAKE_GRACE_MS)
      .run()
    return written.meta.changes > 0
  }

  /**
   * Promises that a job which does not move by itself will have woken within WAKE_GRACE_MS, before it is told to do
   * something: if D1 never hears what came of it, the sweeper asks.
   */
  async function promiseWake(id: string, nowMs: number): Promise<void> {
    await db
      .prepare('UPDATE jobs SET wake_by_ms = ?2 WHERE id = ?1')
      .bind(id, nowMs + WAKE_GRACE_MS)
      .run()
  }

  /**
   * Sets right what does not follow from the job's state: a slot that was taken for nothing, a promise that is obsolete.
   * Only what was seen: if a slot has been taken or a promise given since, the promised time differs.
   *
   * @param job `null`: waits for a slot, and no object knows of it
   * @returns whether there was anything to set right
   */
  async function repair(id: string, job: Job | null, seen: JobRow): Promise<boolean> {
    const wakeMs = job && wakeByMs(job)
    const mayHoldSlot = job !== null && holdsSlot(job)
    if (seen.wakeByMs === wakeMs && (seen.slot === null || mayHoldSlot)) return false
    await db
      .prepare(
        `UPDATE jobs SET wake_by_ms = ?3${mayHoldSlot ? '' : ', slot = NULL'}
         WHERE id = ?1 AND revision = ?2 AND slot IS ?5 AND wake_by_ms IS ?4`,
      )
      .bind(id, job?.revision ?? 0, wakeMs, seen.wakeByMs, seen.slot)
      .run()
    return true
  }

  async function remove(id: string): Promise<void> {
    await db.prepare('DELETE FROM jobs WHERE id = ?').bind(id).run()
  }

  /** Jobs whose promised wake-up is past, the longest overdue first. */
  async function overdue(nowMs: number, limit: number): Promise<string[]> {
    const rows = await db
      .prepare('SELECT id FROM jobs WHERE wake_by_ms <= ? ORDER BY wake_by_ms LIMIT ?')
      .bind(nowMs, limit)
      .all<{ id: string }>()
    return rows.results.map((row) => row.id)
  }

  /** Moves an overdue promise on, so that jobs that cannot be woken do not keep the sweeper from all others. */
  async function postpone(id: string, nowMs: number): Promise<void> {
    await db
      .prepare('UPDATE jobs SET wake_by_ms = ?2 WHERE id = ?1 AND wake_by_ms < ?2')
      .bind(id, nowMs + WAKE_GRACE_MS)
      .run()
  }

  /** Counts, and the job that trains, or else one that holds a slot: a few rows read, however many jobs there are. */
  function counts(): Query<JobCounts> {
    return {
      statement: db.prepare(
        `SELECT total, completed, failed,
           (SELECT id FROM jobs WHERE status = 'training' LIMIT 1) AS training_id,
           (SELECT id FROM jobs WHERE slot IS NOT NULL ORDER BY slot LIMIT 1) AS holder_id
         FROM job_counters`,
      ),
      read: (row) => {
        if (row === undefined) throw new Error('The job counters are missing: apply the migrations')
        const { training_id, holder_id, ...counted } = row as CountedRow
        return { ...counted, isTraining: training_id !== null, activeJobId: training_id ?? holder_id }
      },
    }
  }

  return {
    insert,
    giveSlot,
    queue,
    find,
    list,
    update,
    complete,
    takeSlot,
    promiseWake,
    repair,
    remove,
    overdue,
    postpone,
    counts,
  }
}

/** When the object of a job in this state should have woken at the latest; `null`: it need not. */
function wakeByMs(job: Job): number | null {
  const wakeMs = nextWakeMs(job)
  return wakeMs === null ? null : wakeMs + WAKE_GRACE_MS
}

/** A job that nobody has started yet, as its row shows it. Its object begins its log anew. */
export function unstarted(spec: JobSpec): Job {
  return evolve(null, create(spec, planSimulation(1, null), spec.createdMs))
}

/** The job as it stands at its last event: exact for a job that does not move by itself. */
const snapshotOf = (job: Job): string => JSON.stringify(describe(job, job.changedMs))

/** What creation decided about a job, out of its row. */
export function specOf({ id, config, total_documents, created_at, created_by }: JobSnapshot): JobSpec {
  return { id, config, totalDocuments: total_documents, createdMs: Date.parse(created_at), createdBy: created_by }
}

function rowOf({ wake_by_ms, snapshot, ...row }: StoredRow): JobRow {
  return { ...row, wakeByMs: wake_by_ms, snapshot: JSON.parse(snapshot) as JobSnapshot }
}
