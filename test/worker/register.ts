import { env } from 'cloudflare:workers'
import { api, createJob, post, request, startMs } from './api.ts'

/** Jobs that one statement writes: D1 allows a statement thirty seconds. */
const CHUNK_JOBS = 10_000

/** The id of the nth job that is seeded, and of its version. */
export const seededId = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
const nextId = "printf('00000000-0000-4000-8000-%012d', n)"

/**
 * Fills the register with finished jobs, equally many of every model type and final status, numbered from `from` up to `to`;
 * each completed one has its version. D1 generates the rows itself, so that a hundred thousand take a second or two.
 */
export async function seedJobs(from: number, to: number): Promise<void> {
  const job = JSON.stringify(await finishedJob())
  for (let first = from; first < to; first += CHUNK_JOBS) {
    const end = Math.min(to, first + CHUNK_JOBS)
    await env.DB.batch([
      env.DB.prepare(insertJobs).bind(first, end, job),
      env.DB.prepare(insertVersions).bind(first, end, startMs),
    ])
  }
}

/** The folded name of the nth job that is seeded: one of a thousand is an exam, and every name has its number. */
const seededName = "iif(n % 1000 = 7, 'klausur hessen ', 'zeugnis bayern ') || n"

/** A job that never trained, as the API shows it, so that answers stay small. The job itself is deleted again. */
async function finishedJob() {
  const path = `${api}/jobs/${await createJob()}`
  await post(`${path}/cancel`)
  const job = await (await request(path)).json()
  await request(path, { method: 'DELETE' })
  return job
}

const seeded = `
  WITH RECURSIVE numbers (n) AS (SELECT CAST(?1 AS INTEGER) UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ?2),
  seeded AS (
    SELECT n, ${nextId} AS id,
      json_extract('["zeugnis","klausur","general"]', '$[' || (n % 3) || ']') AS model_type,
      json_extract('["completed","failed","cancelled"]', '$[' || (n / 3 % 3) || ']') AS status
    FROM numbers
  )`

const insertJobs = `${seeded}
  INSERT INTO jobs (id, model_type, status, revision, snapshot, search_name, labels)
  SELECT id, model_type, status, 6, json_set(?3, '$.id', id, '$.model_type', model_type, '$.status', status),
    ${seededName}, char(10) || '@' || iif(n % 2000 = 7, 'token:ci' || char(10, 10) || '>gpu-1', 'anonymous') || char(10)
  FROM seeded`

const insertVersions = `${seeded}
  INSERT INTO model_versions (id, job_id, model_type, number, created_ms, metrics, size_mb, bundeslaender)
  SELECT id, id, model_type, n + 1, ?3, '{}', 245.7, '["BY"]' FROM seeded WHERE status = 'completed'`

/** Copies a job's row, with its slot and its place in the queue, for the numbers from `from` up to `to`. No object knows them. */
export async function copyJob(id: string, from: number, to: number): Promise<void> {
  await env.DB.prepare(
    `WITH RECURSIVE numbers (n) AS (SELECT CAST(?2 AS INTEGER) UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ?3)
     INSERT INTO jobs (id, model_type, status, revision, slot, wake_by_ms, spec, summary, snapshot, search_name, labels)
     SELECT ${nextId}, model_type, status, revision, slot, wake_by_ms, json_set(spec, '$.id', ${nextId}), summary, '',
       search_name, labels
     FROM numbers, jobs WHERE id = ?1`,
  )
    .bind(id, from, to)
    .run()
}

/** Copies a completed job and its version `copies` times. @returns bytes of D1 per copy */
export async function bytesOfCopies(id: string, copies: number): Promise<number> {
  const job = 'model_type, status, revision, spec, summary, snapshot, search_name, labels'
  const version = 'model_type, created_ms, metrics, size_mb, bundeslaender'
  const numbers = 'WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?2)'
  const before = await databaseBytes()
  await env.DB.batch([
    env.DB.prepare(
      `${numbers} INSERT INTO jobs (id, ${job}) SELECT ${nextId}, ${job} FROM numbers, jobs WHERE id = ?1`,
    ).bind(id, copies),
    env.DB.prepare(
      `${numbers} INSERT INTO model_versions (id, job_id, number, ${version})
       SELECT ${nextId}, ${nextId}, number + n, ${version} FROM numbers, model_versions WHERE job_id = ?1`,
    ).bind(id, copies),
  ])
  return ((await databaseBytes()) - before) / copies
}

const databaseBytes = async () => (await env.DB.prepare('SELECT 1').run()).meta.size_after
