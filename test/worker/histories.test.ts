import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, expect, test, vi } from 'vitest'
import type { JobSnapshot } from '../../src/jobs/rules/shown.ts'
import type { LogRow } from '../histories/format.ts'
import { api, getJob, request, setClock, stubOf } from './api.ts'

const files = import.meta.glob<string>('../histories/v*/*', { query: '?raw', import: 'default', eager: true })
const formats = [...new Set(Object.keys(files).map((path) => path.split('/')[2] ?? ''))]

afterEach(() => {
  vi.useRealTimers()
})

test.each(formats)('a job left in training by format %s is completed by the current code', async (format) => {
  const id = crypto.randomUUID()
  const read = (file: string) => files[`../histories/${format}/${file}`] ?? ''
  const { at_ms, shown } = JSON.parse(read('completed.end.jsonl')) as { at_ms: number; shown: JobSnapshot }
  const log = read('completed.log.jsonl').replaceAll(shown.id, id).split('\n').slice(0, 3)
  const rows = log.map((line) => JSON.parse(line) as LogRow)
  setClock(at_ms)
  await plantObject(id, read('tables.sql'), rows)
  await plantRow({ ...shown, id, status: 'training' }, rows.length, at_ms)
  await evictDurableObject(stubOf(id))
  await stubOf(id).wake(id)
  expect(await getJob(id)).toMatchObject({ ...shown, id })
  const versions = (await (await request(`${api}/models`)).json()) as { job_id: string }[]
  expect(versions.filter((version) => version.job_id === id)).toMatchObject([{ metrics: shown.metrics }])
})

/** Gives an object the database that the code of that format left. */
async function plantObject(id: string, tables: string, log: LogRow[]) {
  await runInDurableObject(stubOf(id), (_, { storage }) => {
    storage.sql.exec(tables)
    const told = tables.includes('TABLE sync')
      ? 'INSERT INTO sync VALUES (1, ?)'
      : "INSERT INTO sinks VALUES ('register', ?, 0, NULL, NULL)"
    storage.sql.exec(told, log.length)
    for (const { seq, type, at_ms, data } of log) {
      storage.sql.exec('INSERT INTO events (seq, type, at_ms, data) VALUES (?, ?, ?, ?)', seq, type, at_ms, data)
    }
  })
}

async function plantRow(job: JobSnapshot, revision: number, wakeByMs: number) {
  await env.DB.prepare(
    `INSERT INTO jobs (id, model_type, status, revision, slot, wake_by_ms, snapshot) VALUES (?, ?, ?, ?, 0, ?, ?)`,
  )
    .bind(job.id, job.model_type, job.status, revision, wakeByMs, JSON.stringify(job))
    .run()
}
