import { createScheduledController } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { encodeCursor } from '../../src/http/pagination.ts'
import { JOBS_BY_ID_MAX, PAGE_DEFAULT, SEARCHED_ROWS_MAX } from '../../src/platform/limits.ts'
import worker from '../../src/worker.ts'
import { COMMAND_ROWS, COMMAND_TRIPS, type Command, ROWS_READ } from '../budgets.ts'
import { api, createJob, post, request, runAlarm, send, setClock, startMs } from './api.ts'
import { costOf, expectWithin } from './cost.ts'
import { meterD1 } from './meters.ts'
import { seededId, seedJobs } from './register.ts'

beforeEach(() => {
  setClock(startMs)
  return async () => {
    // Each test finds only the seeded jobs, even after a failed test.
    await env.DB.prepare('DELETE FROM jobs WHERE id > ?')
      .bind(seededId(10 ** 12 - 1))
      .run()
    vi.useRealTimers()
  }
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

/** Each combination of the filters is a separate walk of an index. An empty one costs a row as well. */
const pagesOfJobs: (Rows & { walks: number })[] = [
  { path: '/jobs', rows: ROWS_READ.jobsPage, ofTen: 10, walks: 1 },
  { path: `/jobs?cursor=${encodeCursor(6)}`, rows: 5, walks: 1 },
  { path: '/jobs?status=completed&model_type=zeugnis', rows: 51, ofTen: 3, walks: 1 },
  { path: '/jobs?status=completed&status=failed&model_type=zeugnis', rows: 102, ofTen: 5, walks: 2 },
  { path: '/jobs?status=completed', rows: 153, ofTen: 7, walks: 3 },
  { path: '/jobs?status=training', rows: 3, walks: 3 },
  { path: '/jobs?model_type=zeugnis', rows: 158, ofTen: 12, walks: 8 },
]

/** The rows of a page that is found by the search index: each is read there, and in the table. */
const found = 2 * (PAGE_DEFAULT + 1)
/** The rows of a walk that finds too little: read once for the page, and once to find out where it ends. */
const walked = 2 * SEARCHED_ROWS_MAX

/** Of the seeded jobs one in a thousand is called Klausur, the others Zeugnis; half of the former were made by a program. */
const searches: Rows[] = [
  { path: '/jobs?sort=created_at', rows: ROWS_READ.jobsPage, ofTen: 10 },
  { path: '/jobs?sort=name', rows: ROWS_READ.jobsPage, ofTen: 10 },
  { path: '/jobs?sort=-name', rows: ROWS_READ.jobsPage, ofTen: 10 },
  { path: `/jobs?sort=name&cursor=${encodeCursor('n6:zeugnis%20bayern%206')}`, rows: 1 + ROWS_READ.jobsPage, ofTen: 4 },
  { path: '/jobs?sort=name&status=failed', rows: 155, ofTen: 20 },
  { path: '/jobs?sort=name&status=paused', rows: walked, ofTen: 20 },
  { path: '/jobs?q=Zeugnis', rows: found, ofTen: 18 },
  { path: '/jobs?q=Zeugnis&sort=created_at', rows: found, ofTen: 18 },
  { path: '/jobs?q=Zeugnis&status=paused', rows: 3 * SEARCHED_ROWS_MAX, ofTen: 27 },
  { path: '/jobs?q=Klausur', rows: found, ofTen: 2 },
  { path: '/jobs?q=Klausur&status=failed', rows: 3 * 100, ofTen: 3 },
  { path: '/jobs?q=nothing%20like%20it', rows: 0 },
  { path: '/jobs?created_by=anonymous', rows: found, ofTen: 18 },
  { path: '/jobs?runner=gpu-1', rows: found, ofTen: 2 },
  { path: '/jobs?runner=gpu-1&condition=silent&condition=stalled', rows: 0 },
  { path: '/jobs?trainer=mlflow', rows: 0 },
  // Counted first, to find out whether they are few enough to be sorted.
  { path: '/jobs?q=Klausur&sort=name', rows: 502, ofTen: 7 },
  { path: '/jobs?q=Zeugnis&sort=name', rows: SEARCHED_ROWS_MAX + 152, ofTen: 47 },
  { path: '/jobs?created_by=token:ci&sort=name', rows: 252, ofTen: 7 },
  // Too short for the index.
  { path: '/jobs?q=ze', rows: ROWS_READ.jobsPage, ofTen: 20 },
  { path: '/jobs?q=xq', rows: walked, ofTen: 20 },
  { path: '/jobs?q=xq&sort=name', rows: walked, ofTen: 20 },
  // The ids of the seeded jobs begin all the same, which no real ones do.
  { path: '/jobs?q=00000000', rows: JOBS_BY_ID_MAX, ofTen: 10 },
  { path: '/jobs?q=00000000&sort=name', rows: 4 * JOBS_BY_ID_MAX + 1, ofTen: 41 },
]

const pagesOfModels: Rows[] = [
  { path: '/models', rows: ROWS_READ.modelsPage, ofTen: 28 },
  { path: '/models?model_type=zeugnis', rows: ROWS_READ.modelsPage, ofTen: 8 },
  { path: '/models?model_type=zeugnis&model_type=klausur', rows: 2 * ROWS_READ.modelsPage, ofTen: 14 },
  { path: '/models?active=true', rows: 6 },
  { path: '/models?active=true&model_type=zeugnis', rows: ROWS_READ.activeVersion },
  { path: '/models?active=false', rows: 195, ofTen: 50 },
  { path: '/models?active=false&model_type=zeugnis', rows: 161, ofTen: 12 },
]

describe.each([
  { from: 0, jobs: 10 },
  { from: 10, jobs: 10_000 },
  { from: 10_000, jobs: 100_000 },
])('among $jobs jobs', ({ from, jobs }) => {
  beforeAll(async () => {
    setClock(startMs)
    await seedJobs(from, jobs)
  })

  test.each([...single, ...pagesOfJobs, ...searches, ...pagesOfModels])(
    'GET $path',
    async ({ path, rows, ofTen = rows }) => {
      const { read, written } = await costOf(async () => (await request(api + path)).text())
      expectWithin(`GET ${path}`, { read }, { read: jobs === 10 ? ofTen : rows })
      expect(written).toBe(0)
    },
  )

  test('commands', async () => {
    const id = await createJob()
    await runAlarm(id)
    const path = `${api}/jobs/${id}`
    const second = () => send('POST', `${api}/jobs`, { name: 'second', bundeslaender: ['BY'] })
    // In this order: the second job is refused while the first one runs, and created once that is deleted.
    const commands: [Command, () => Promise<Response>, status: number][] = [
      ['refused', second, 409],
      ['pause', () => post(`${path}/pause`), 200],
      ['resume', () => post(`${path}/resume`), 200],
      ['cancel', () => post(`${path}/cancel`), 200],
      ['edit', () => send('PATCH', path, { name: 'Klausur Bayern', notes: 'x', tags: ['x'] }), 200],
      ['delete', () => request(path, { method: 'DELETE' }), 200],
      ['create', second, 200],
      ['activate', () => post(`${api}/models/${seededId(0)}/activate`), 200],
      ['deleteModel', () => request(`${api}/models/${seededId(jobs - 1)}`, { method: 'DELETE' }), 200],
    ]
    for (const [command, give, status] of commands) {
      const cost = await costOf(async () => expect((await give()).status, command).toBe(status))
      expectWithin(command, cost, { ...COMMAND_ROWS[command], trips: COMMAND_TRIPS[command] })
      if (command === 'refused') expect(cost.written).toBe(0)
    }
  })

  test('a resume that finds no slot and gets in the queue', async () => {
    const id = await createJob()
    await post(`${api}/jobs/${id}/pause`)
    await createJob()
    const resume = async () => expect((await post(`${api}/jobs/${id}/resume?when_busy=queue`)).status).toBe(200)
    const cost = await costOf(resume)
    expectWithin('queueResume', cost, { ...COMMAND_ROWS.queueResume, trips: COMMAND_TRIPS.queueResume })
    // Asked for again, it costs nothing.
    expect(await costOf(resume)).toEqual({ read: 0, written: 0, trips: 0 })
  })

  test('a sweep that finds nothing writes nothing', async () => {
    const d1 = meterD1()
    await worker.scheduled(createScheduledController(), env)
    d1.stop()
    expectWithin('sweep', { read: d1.rowsRead }, { read: ROWS_READ.sweep })
    expect(d1.rowsWritten).toBe(0)
  })

  test('a job that trains', async () => {
    const id = await createJob()
    await runAlarm(id)
    const job = await costOf(() => request(`${api}/jobs/${id}`))
    const status = await costOf(() => request(`${api}/status`))
    expectWithin(
      'reading',
      { job: job.read, status: status.read },
      { job: ROWS_READ.job, status: ROWS_READ.statusTraining },
    )
    expect([job.written, status.written]).toEqual([0, 0])
  })
})

test('a filtered page reads no more than a page for each combination of the filter', () => {
  for (const { rows, walks } of pagesOfJobs) expect(rows).toBeLessThanOrEqual(walks * (PAGE_DEFAULT + 1))
})
