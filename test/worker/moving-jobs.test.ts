import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { movingJobs } from '../../src/jobs/moving-jobs.ts'
import { MOVING_JOBS_MAX } from '../../src/limits.ts'
import { api, cancelAll, createJob, getJob, post, request, runAlarm, runToEnd, setClock, startMs } from './api.ts'
import { meterD1 } from './meters.ts'

beforeEach(() => setClock(startMs))
afterEach(async () => {
  await cancelAll()
  vi.restoreAllMocks()
  vi.useRealTimers()
})

describe('a job that has been read while it moved', () => {
  test('is read again without D1', async () => {
    const id = await createJob()
    await runAlarm(id)
    expect((await getJob(id)).current_epoch).toBe(1)
    const d1 = meterD1()
    setClock(Date.now() + 60_000)
    expect((await getJob(id)).current_epoch).toBe(2)
    d1.stop()
    expect(d1.rowsRead).toBe(0)
  })

  test('is shown at its end, and from then on out of the register, its object left asleep', async () => {
    const id = await createJob({ epochs: 1 })
    await runAlarm(id)
    await getJob(id)
    await runToEnd(id)
    expect((await getJob(id)).status).toBe('completed')
    const asked = vi.spyOn(Object.getPrototypeOf(env.TRAINING_JOBS), 'getByName')
    expect((await getJob(id)).status).toBe('completed')
    expect(asked).not.toHaveBeenCalled()
  })

  test('is not found once it is deleted', async () => {
    const id = await createJob()
    await runAlarm(id)
    await getJob(id)
    await post(`${api}/jobs/${id}/pause`)
    expect((await getJob(id)).status).toBe('paused')
    expect((await request(`${api}/jobs/${id}`, { method: 'DELETE' })).status).toBe(200)
    expect((await request(`${api}/jobs/${id}`)).status).toBe(404)
  })
})

test('an isolate remembers so many jobs, and forgets those it has not seen for longest', () => {
  const jobs = movingJobs({})
  for (let i = 0; i <= MOVING_JOBS_MAX; i++) {
    jobs.note(`job-${i}`, true)
    jobs.note('job-0', true)
  }
  expect(['job-0', 'job-1', 'job-2', `job-${MOVING_JOBS_MAX}`].map(jobs.has)).toEqual([true, false, true, true])
})
