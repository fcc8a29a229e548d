import { createScheduledController } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { encodeCursor } from '../../src/http/pagination.ts'
import { PAGE_DEFAULT } from '../../src/platform/limits.ts'
import worker from '../../src/worker.ts'
import { COMMAND_ROWS, ROWS_READ } from '../budgets.ts'
import { api, createJob, post, request, runAlarm, send, setClock, startMs } from './api.ts'
import { meterD1 } from './meters.ts'
import { seededId, seedJobs } from './register.ts'

beforeEach(() => {
  setClock(startMs)
  return () => vi.useRealTimers()
})

/** The rows that D1 reads for a GET: among thousands of jobs, and among ten, where a page is not full. */
type Rows = { path: string; rows: number; ofTen?: number }

const single: Rows[] = [
  { path: `/jobs/${seededId(5)}`, rows: ROWS_READ.job },
  { path: '/jobs/unknown', rows: 0 },
  { path: `/models/${seededId(0)}`, rows: ROWS_READ.model },
  { path: '/models/unknown', rows: 0 },
  { path: '/status', rows: ROWS_READ.status },
  { path: '/dataset/stats', rows: 2 },
]

/** Each combination of the filters is a walk of its own. One that finds nothing costs a row, too. */
const pagesOfJobs: (Rows & { walks: number })[] = [
  { path: '/jobs', rows: ROWS_READ.jobsPage, ofTen: 10, walks: 1 },
  { path: `/jobs?cursor=${encodeCursor(6)}`, rows: 5, walks: 1 },
  { path: '/jobs?status=completed&model_type=zeugnis', rows: 51, ofTen: 3, walks: 1 },
  { path: '/jobs?status=completed&status=failed&model_type=zeugnis', rows: 102, ofTen: 5, walks: 2 },
  { path: '/jobs?status=completed', rows: 153, ofTen: 7, walks: 3 },
  { path: '/jobs?status=training', rows: 3, walks: 3 },
  { path: '/jobs?model_type=zeugnis', rows: 158, ofTen: 12, walks: 8 },
]

const pagesOfModels: Rows[] = [
  { path: '/models', rows: ROWS_READ.modelsPage, ofTen: 11 },
  { path: '/models?model_type=zeugnis', rows: ROWS_READ.modelsPage, ofTen: 8 },
  { path: '/models?model_type=zeugnis&model_type=klausur', rows: 2 * ROWS_READ.modelsPage, ofTen: 14 },
  { path: '/models?active=true', rows: 6 },
  { path: '/models?active=true&model_type=zeugnis', rows: ROWS_READ.activeVersion },
  { path: '/models?active=false', rows: 165, ofTen: 15 },
  { path: '/models?active=false&model_type=zeugnis', rows: 161, ofTen: 12 },
]

/** Does something, and says what D1 read and wrote for it. */
async function rowsOf(work: () => Promise<unknown>) {
  const d1 = meterD1()
  await work()
  d1.stop()
  return { read: d1.rowsRead, written: d1.rowsWritten }
}

describe.each([
  { from: 0, jobs: 10 },
  { from: 10, jobs: 10_000 },
  { from: 10_000, jobs: 100_000 },
])('among $jobs jobs', ({ from, jobs }) => {
  beforeAll(async () => {
    setClock(startMs)
    await seedJobs(from, jobs)
  })

  test.each([...single, ...pagesOfJobs, ...pagesOfModels])('GET $path', async ({ path, rows, ofTen = rows }) => {
    const measured = await rowsOf(async () => (await request(api + path)).text())
    expect(measured).toEqual({ read: jobs === 10 ? ofTen : rows, written: 0 })
  })

  test('commands', async () => {
    const id = await createJob()
    await runAlarm(id)
    const path = `${api}/jobs/${id}`
    const second = () => send('POST', `${api}/jobs`, { name: 'second', bundeslaender: ['BY'] })
    const measured = {
      refused: await rowsOf(second),
      pause: await rowsOf(() => post(`${path}/pause`)),
      resume: await rowsOf(() => post(`${path}/resume`)),
      cancel: await rowsOf(() => post(`${path}/cancel`)),
      delete: await rowsOf(() => request(path, { method: 'DELETE' })),
      create: await rowsOf(second),
      activate: await rowsOf(() => post(`${api}/models/${seededId(0)}/activate`)),
      deleteModel: await rowsOf(() => request(`${api}/models/${seededId(jobs - 1)}`, { method: 'DELETE' })),
    }
    await cancelNewest()
    expect(measured).toEqual(COMMAND_ROWS)
  })

  test('a sweep that finds nothing', async () => {
    const rows = await rowsOf(() => worker.scheduled(createScheduledController(), env))
    expect(rows).toEqual({ read: ROWS_READ.sweep, written: 0 })
  })

  test('a job that trains', async () => {
    const id = await createJob()
    await runAlarm(id)
    const job = await rowsOf(() => request(`${api}/jobs/${id}`))
    const status = await rowsOf(() => request(`${api}/status`))
    await cancelNewest()
    expect({ job: job.read, status: status.read }).toEqual({ job: ROWS_READ.job, status: ROWS_READ.statusTraining })
  })
})

test('a filtered page reads no more than a page for each combination of the filter', () => {
  for (const { rows, walks } of pagesOfJobs) expect(rows).toBeLessThanOrEqual(walks * (PAGE_DEFAULT + 1))
})

async function cancelNewest() {
  const [newest] = (await (await request(`${api}/jobs?limit=1`)).json()) as { id: string }[]
  await post(`${api}/jobs/${newest?.id}/cancel`)
  await request(`${api}/jobs/${newest?.id}`, { method: 'DELETE' })
}
