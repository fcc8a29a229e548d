import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import type { JobSnapshot } from '../../src/jobs/rules/shown.ts'
import { ModelType } from '../../src/models/model-type.ts'
import type { ModelVersion } from '../../src/models/version.ts'
import { Random } from '../simulation/random.ts'
import { follow, type Received } from './follow.ts'
import { MortalServer } from './mortal-server.ts'

const SEED = 1
/** A few kills with every change; `npm run kill` takes longer, with more jobs and more kills. */
const { KILLS, JOBS, SPEED } = inject('isLong')
  ? { KILLS: 20, JOBS: 10, SPEED: 12.5 }
  : { KILLS: 4, JOBS: 4, SPEED: 50 }
const api = '/api/v1/admin/training'

let server: MortalServer
beforeAll(async () => {
  // An epoch lasts for one life of the server, or two in the long run.
  const vars = { MAX_ACTIVE_JOBS: String(JOBS), SIMULATION_SPEED: String(SPEED), ALLOW_ANYONE_ON_LOCALHOST: 'true' }
  server = await MortalServer.create(vars, { assets: 'dist/public', copyOf: inject('emptyState') })
})
afterAll(() => server.destroy())

const get = async <T>(path: string): Promise<T> => (await server.ask(api + path)).json()
const post = (path: string) => server.ask(api + path, { method: 'POST' })

test(`${JOBS} jobs lose nothing when the server is killed ${KILLS} times`, async () => {
  const random = new Random(SEED)
  const jobs: Promise<void>[] = []
  for (let life = 0; life < KILLS; life++) {
    await server.start()
    await sweep()
    if (life % (KILLS / JOBS) === 0) jobs.push(begin(jobs.length, random))
    // Early kills also hit a creation: a job that is registered but not started waits a minute for the sweeper.
    await sleep(life < 0.3 * KILLS && random.chance(0.6) ? random.int(0, 30) : random.int(100, 1_200))
    await server.kill()
  }
  await server.start()
  const ended = Promise.all(jobs).then(() => 'ended')
  while ((await Promise.race([ended, sleep(1_000)])) === undefined) await sweep()
  expect(server.deaths).toBe(KILLS)
  await expectNothingLost()
})

/** Runs the cron trigger of each minute. */
const sweep = () => server.ask('/cdn-cgi/local/scheduled')

/** Some jobs are paused in between, and so long that they are not over before, however slow the machine. Failures are reported at the end. */
function begin(n: number, random: Random): Promise<void> {
  const isPaused = n % 2 === 1 && n < 6
  const life = isPaused ? liveThrough(n, 12, random.int(1, 5 * KILLS)) : liveThrough(n, 2, null)
  life.catch(() => {})
  return life
}

/** Creates a job and watches it to its end. */
async function liveThrough(n: number, epochs: number, pauseAtStep: number | null): Promise<void> {
  const id = await create(n, epochs)
  const seen: Received[] = []
  const followed = follow(server, id, seen)
  followed.catch(() => {})
  if (pauseAtStep !== null) await pauseOverDeath(id, () => (seen.at(-1)?.data.current_step ?? 0) >= pauseAtStep)
  await followed
  expectWholeHistory(seen, epochs * 100)
}

/** The key makes it one job, however often the request is sent. */
async function create(n: number, epochs: number): Promise<string> {
  const response = await server.ask(`${api}/jobs`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Idempotency-Key': `job-${n}` },
    body: JSON.stringify({
      name: `Job ${n}`,
      bundeslaender: ['BY'],
      epochs,
      model_type: ModelType.options[n % ModelType.options.length],
    }),
  })
  expect(response.status, await response.clone().text()).toBe(200)
  return ((await response.json()) as { id: string }).id
}

/** A paused job stays paused when the server dies, and can be resumed. */
async function pauseOverDeath(id: string, isTime: () => boolean): Promise<void> {
  while (!isTime()) await sleep(10)
  await post(`/jobs/${id}/pause`)
  const paused = await get<JobSnapshot>(`/jobs/${id}`)
  expect(paused.status).toBe('paused')
  const { deaths } = server
  while (server.deaths === deaths && deaths < KILLS) await sleep(10)
  expect(await get(`/jobs/${id}`)).toEqual(paused)
  await post(`/jobs/${id}/resume`)
  expect((await get<JobSnapshot>(`/jobs/${id}`)).status).not.toBe('paused')
}

/** Ids ascend, each point arrived once and in order, steps never decreased, and the end arrived. */
function expectWholeHistory(seen: Received[], points: number): void {
  const ids = seen
    .map(({ id }) => id.split('.').map(Number))
    .map(([revision = 0, points = 0]) => revision * 1e6 + points)
  expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b))
  const steps = seen.flatMap(({ data }) => data.history.map((point) => point.step))
  expect(steps).toEqual(Array.from({ length: points }, (_, step) => step))
  const reached = seen.map(({ data }) => data.current_step)
  expect(reached).toEqual(reached.toSorted((a, b) => a - b))
  expect(seen.at(-1)?.data).toMatchObject({ status: 'completed', progress: 100 })
}

async function expectNothingLost(): Promise<void> {
  const jobs = await get<JobSnapshot[]>('/jobs?limit=200')
  expect(jobs.map((job) => job.name).sort()).toEqual(Array.from({ length: JOBS }, (_, n) => `Job ${n}`).sort())
  expect(jobs.map((job) => job.status)).toEqual(jobs.map(() => 'completed'))
  expect(await get('/status')).toMatchObject({
    is_training: false,
    active_job_id: null,
    total_jobs: JOBS,
    completed_jobs: JOBS,
    model_versions: JOBS,
    active_models: ModelType.options.length,
  })
  const versions = await get<ModelVersion[]>('/models?limit=200')
  expect(versions.map((version) => version.job_id).sort()).toEqual(jobs.map((job) => job.id).sort())
  for (const type of ModelType.options) {
    const ofType = versions.filter((version) => version.model_type === type)
    expect(ofType.map((version) => version.version)).toEqual(ofType.map((_, i) => `v${ofType.length - i}.0`))
    expect(ofType.filter((version) => version.is_active)).toHaveLength(1)
  }
}
