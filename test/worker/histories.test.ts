import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, expect, test, vi } from 'vitest'
import type { JobSnapshot } from '../../src/jobs/rules/shown.ts'
import { jobStatuses } from '../../src/shared/job-status.ts'
import type { LogRow, StatusRow } from '../histories/format.ts'
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
  const row = rowsOf(format, 'completed').find(({ status }) => status === 'training')
  if (row === undefined) throw new Error('No row in training was recorded')
  await plantRow(id, row)
  await evictDurableObject(stubOf(id))
  await stubOf(id).wake(id)
  // Only D1 counts what has been withdrawn.
  const counted = shown.dataset ? { dataset: { ...shown.dataset, withdrawn: 0 } } : {}
  expect(await getJob(id)).toMatchObject({ ...shown, ...counted, id })
  const versions = (await (await request(`${api}/models`)).json()) as { job_id: string }[]
  expect(versions.filter((version) => version.job_id === id)).toMatchObject([{ metrics: shown.metrics }])
})

test.each(formats)('the list shows rows of format %s, each in its status', async (format) => {
  const planted = new Map<string, object>()
  for (const story of ['completed', 'failed', 'cancelled', 'paused-twice']) {
    for (const row of rowsOf(format, story)) {
      const id = crypto.randomUUID()
      await plantRow(id, row)
      planted.set(id, { ...(row.shown ?? JSON.parse(row.snapshot)), id })
    }
  }
  expect(planted.size).toBeGreaterThan(jobStatuses.length)
  // A moment before all of them, so that none has moved since.
  setClock(0)
  const listed = (await (await request(`${api}/jobs?limit=200`)).json()) as JobSnapshot[]
  for (const [id, shown] of planted) {
    expect(listed.find((one) => one.id === id)).toMatchObject(shown)
  }
  await env.DB.prepare('DELETE FROM jobs').run()
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

/** A job's rows in D1 as that format recorded them, one of each status. */
function rowsOf(format: string, story: string): StatusRow[] {
  const lines = files[`../histories/${format}/${story}.rows.jsonl`]?.trim().split('\n') ?? []
  return lines.map((line) => JSON.parse(line) as StatusRow)
}

/** Gives D1 a recorded row, of a job with another id. */
async function plantRow(id: string, row: StatusRow): Promise<void> {
  const { spec, summary, snapshot } = row
  const known = JSON.parse(spec ?? snapshot) as { id: string; config: { model_type: string } }
  const renamed = (text: string | null) => text?.replaceAll(known.id, id) ?? null
  await env.DB.prepare(
    `INSERT INTO jobs (id, model_type, status, revision, slot, wake_by_ms, spec, summary, snapshot)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
    .bind(
      id,
      known.config.model_type,
      row.status,
      row.revision,
      row.slot,
      row.wake_by_ms,
      renamed(spec),
      renamed(summary),
      renamed(snapshot),
    )
    .run()
}
