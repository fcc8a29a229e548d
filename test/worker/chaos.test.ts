import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, inject, test, vi } from 'vitest'
import type { JobSnapshot } from '../../src/jobs/rules/shown.ts'
import { PAUSED_CHECK_MS } from '../../src/platform/limits.ts'
import { isFinal } from '../../src/shared/job-status.ts'
import { Random } from '../simulation/random.ts'
import { alarmOf, api, post, registerRow, request, snapshotOf, withVars } from './api.ts'
import { chaosActions } from './chaos-actions.ts'
import { ChaosWorld } from './chaos-world.ts'
import { restoreD1 } from './meters.ts'

/** A few run with every change, all with `npm run chaos`. */
const seeds = Array.from({ length: inject('isLong') ? 200 : 20 }, (_, i) => i + 1)

beforeEach(() => {
  for (const level of ['info', 'warn', 'error'] as const) vi.spyOn(console, level).mockImplementation(() => {})
})
afterEach(() => {
  restoreD1()
  vi.restoreAllMocks()
  vi.useRealTimers()
})

type Version = { job_id: string; model_type: string; is_active: boolean }
const get = async <T>(path: string): Promise<T> => (await request(api + path)).json()

// To repeat one: npm run chaos -- -t 'seed 17$'
describe('through crashes, lost alarms, a jumping clock and a failing D1, jobs keep every promise', () => {
  test.each(seeds)('seed %i', async (seed) => {
    const random = new Random(seed)
    const slots = random.pick([1, 1, 2, 3])
    using _ = withVars({ MAX_ACTIVE_JOBS: String(slots) })
    const world = new ChaosWorld(random, slots)
    const record: string[] = []
    try {
      await wreakHavoc(world, record)
      await world.settle()
      await expectRest()
      await expectStreams(world)
    } catch (error) {
      throw new Error(`Seed ${seed}: ${error}\n${record.join('\n')}`, { cause: error })
    } finally {
      restoreD1()
      for (const follower of world.followers) await follower.disconnect()
      await wipe()
    }
  })
})

async function wreakHavoc(world: ChaosWorld, record: string[]): Promise<void> {
  const actions = chaosActions(world)
  for (let left = world.random.int(10, 25); left > 0; left--) {
    const action = actions.any()
    const line = record.push(`${new Date().toISOString()} ${action.name}`) - 1
    record[line] += ` → ${JSON.stringify(await action.run())}`
    if (world.random.chance(0.4)) await world.observe()
  }
}

/** Every job is final or paused, D1 and the objects agree, no slot is held, and each completed job has its version. */
async function expectRest(): Promise<void> {
  const jobs = await get<JobSnapshot[]>('/jobs?limit=200')
  for (const job of jobs) {
    expect(job.status === 'paused' || isFinal(job.status), `a job is stuck: ${job.status}`).toBe(true)
    const row = await registerRow(job.id)
    expect(row).toMatchObject({ status: job.status, slot: null, snapshot: job })
    // A paused job does not change, and its object is checked once a day; a final one is never checked again.
    const isAsked = row?.wake_by_ms != null && row.wake_by_ms <= Date.now() + PAUSED_CHECK_MS
    expect(isAsked, `${job.status}, wake by ${row?.wake_by_ms}`).toBe(job.status === 'paused')
    expect(await snapshotOf(job.id)).toEqual(job)
    expect(await alarmOf(job.id)).toBeNull()
  }
  const completed = jobs.filter((job) => job.status === 'completed')
  expect(await get('/status')).toMatchObject({ total_jobs: jobs.length, completed_jobs: completed.length })
  const versions = await get<Version[]>('/models?limit=200')
  const deleted = (id: string) => !jobs.some((job) => job.id === id)
  const trained = versions.map((version) => version.job_id).filter((id) => !deleted(id))
  expect(trained.sort()).toEqual(completed.map((job) => job.id).sort())
  for (const type of new Set(versions.map((version) => version.model_type))) {
    expect(versions.filter((version) => version.model_type === type && version.is_active)).toHaveLength(1)
  }
}

async function expectStreams(world: ChaosWorld): Promise<void> {
  const jobs = await get<JobSnapshot[]>('/jobs?limit=200')
  for (const { id, status } of jobs) {
    if (status === 'paused') expect((await post(`${api}/jobs/${id}/cancel`)).status).toBe(200)
  }
  for (const follower of world.followers) {
    await follower.finish()
    follower.expectContinuous()
    const job = jobs.find(({ id }) => id === follower.id)
    if (job?.status === 'completed') expect(follower.points).toBe(job.total_epochs * 100)
  }
}

/** Each case starts with an empty register. */
async function wipe(): Promise<void> {
  const statements = ['UPDATE model_types SET active_id = NULL', 'DELETE FROM model_versions', 'DELETE FROM jobs']
  await env.DB.batch(statements.map((sql) => env.DB.prepare(sql)))
}
