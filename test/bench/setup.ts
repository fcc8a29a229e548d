import { setTimeout as sleep } from 'node:timers/promises'
import { HISTORY_WINDOW_POINTS, REPAINT_MS } from '../../src/platform/limits.ts'
import type { Stream } from './audience.ts'
import { type Address, once } from './http.ts'
import { api, type Server } from './server.ts'

/** Jobs in the register while requests are measured. */
export const JOBS = 10_000

/** The id of the seeded job with this number, 0 … JOBS - 1. */
export const seededId = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`

/** Creates a job on a server of this API, the reference included. @returns its id */
export async function createJob(address: Address, epochs: number): Promise<string> {
  const body = { name: 'Benchmark', bundeslaender: ['BY', 'BW'], epochs }
  const answer = await once({ ...address, method: 'POST', path: `${api}/jobs`, body })
  return JSON.parse(answer.body).id
}

/** Creates a job that outlasts the benchmark, and waits until its events have their full size. */
export async function longJob(address: Address): Promise<string> {
  const id = await createJob(address, 100)
  await sleep((HISTORY_WINDOW_POINTS + 4) * REPAINT_MS)
  return id
}

/** The stream of a running job. */
export async function streamOf(address: Address, id: string): Promise<Stream> {
  const job = JSON.parse((await once({ ...address, path: `${api}/jobs/${id}` })).body)
  return { ...address, path: `${api}/metrics/stream?job_id=${id}`, baseMs: Date.parse(job.started_at) }
}

/** A bare stream of events of the same size and cadence; `nonce` separates one period from the next. */
export const bareStream = ({ bare }: Server, eventBytes: number, nonce: string): Stream => ({
  ...bare,
  path: `/stream?bytes=${Math.round(eventBytes)}&ms=${REPAINT_MS}&nonce=${nonce}`,
  baseMs: 0,
})

/** Fills the register with finished jobs as large as the given one, and the bare table with the same bodies. */
export async function seedJobs({ ours, bare, ourDb, bareDb }: Server, id: string): Promise<void> {
  const job = (await once({ ...ours, path: `${api}/jobs/${id}` })).body
  const numbers = 'WITH RECURSIVE seeds (n) AS (SELECT ?1 UNION ALL SELECT n + 1 FROM seeds WHERE n + 1 < ?2)'
  const seed = `printf('00000000-0000-4000-8000-%012d', n)`
  for (let from = 0; from < JOBS; from += 1_000) {
    await ourDb
      .prepare(
        `${numbers} INSERT INTO jobs (id, model_type, status, revision, slot, wake_by_ms, spec, summary, snapshot)
         SELECT ${seed}, 'zeugnis', 'completed', 6, NULL, NULL, json_set(spec, '$.id', ${seed}), summary, ''
         FROM seeds, jobs WHERE jobs.id = ?3`,
      )
      .bind(from, from + 1_000, id)
      .run()
  }
  const { body } = await once({ ...ours, path: `${api}/jobs/${seededId(0)}` })
  for (let from = 0; from < JOBS; from += 1_000) {
    await bareDb
      .prepare(`${numbers} INSERT INTO bodies (id, body) SELECT ${seed}, json_set(?3, '$.id', ${seed}) FROM seeds`)
      .bind(from, from + 1_000, body)
      .run()
  }
  const status = (await once({ ...ours, path: `${api}/status` })).body
  await bareDb.prepare(`INSERT INTO bodies (seq, id, body) VALUES (-1, 'status', ?)`).bind(status).run()
  await once({ ...bare, method: 'PUT', path: '/object', body: JSON.parse(job) })
}
