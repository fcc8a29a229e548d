import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { TrainingJob } from '../../src/jobs/object/training-job.ts'
import { jobRegister } from '../../src/jobs/register/job-register.ts'
import { pendingJob } from '../../src/jobs/register/stored-job.ts'
import type { JobSpec } from '../../src/jobs/rules/types.ts'
import {
  ALARM_RETRY_MS,
  IDEMPOTENCY_KEY_AGE_MAX_MS,
  OBJECTS_ASKED_AT_ONCE,
  PAUSED_CHECK_MS,
  SINK_RETRY_MS,
  SWEEP_PAGE_JOBS,
  TOMBSTONE_MS,
  WAKE_GRACE_MS,
} from '../../src/platform/limits.ts'
import {
  alarmOf,
  api,
  cancelAll,
  createJob,
  getJob,
  post,
  refusal,
  registerRow,
  request,
  runAlarm,
  runToEnd,
  send,
  setClock,
  snapshotOf,
  startMs,
  stubOf,
  sweepAt,
  versionsOf,
} from './api.ts'
import { breakD1, breakStorage, restoreD1 } from './meters.ts'

beforeEach(() => {
  setClock(startMs)
})
afterEach(async () => {
  restoreD1()
  await cancelAll()
  vi.useRealTimers()
})

const index = jobRegister(env.DB)
const evict = (id: string) => evictDurableObject(stubOf(id))

/** A job that exists in D1 but not in its object: the Worker died in between. */
async function orphan(): Promise<string> {
  const spec: JobSpec = { id: crypto.randomUUID(), config, totalDocuments: 50, createdMs: Date.now(), createdBy: null }
  expect(await index.insert(spec, 1, false)).toBeNull()
  return spec.id
}
const config: JobSpec['config'] = {
  name: 'orphan',
  model_type: 'zeugnis',
  bundeslaender: ['BY'],
  batch_size: 16,
  learning_rate: 0.00005,
  epochs: 1,
  warmup_steps: 500,
  weight_decay: 0.01,
  gradient_accumulation: 4,
  mixed_precision: true,
}

describe('evicted after every promise', () => {
  test('a job continues from its step to its one version', async () => {
    const id = await createJob({ epochs: 1 })
    const statuses: string[] = []
    do {
      const before = await getJob(id)
      await evict(id)
      expect(await getJob(id)).toEqual(before)
      expect(await registerRow(id)).toMatchObject({ status: before.status })
      statuses.push(before.status)
    } while (await runAlarm(id))
    expect(statuses).toEqual(['preparing', 'training', 'validating', 'completed'])
    expect(await versionsOf(id)).toHaveLength(1)
  })

  test('a pause and a resume hold', async () => {
    const id = await createJob()
    await runAlarm(id)
    setClock(startMs + 10_750)
    await post(`${api}/jobs/${id}/pause`)
    await evict(id)
    setClock(startMs + 90_000)
    expect(await getJob(id)).toMatchObject({ status: 'paused', progress: 2 })
    await post(`${api}/jobs/${id}/resume`)
    await evict(id)
    setClock(startMs + 90_250)
    expect(await getJob(id)).toMatchObject({ status: 'training', progress: 2.1 })
  })
})

describe('alarms', () => {
  test('a lost alarm is set again when the object wakes', async () => {
    const id = await createJob()
    await runInDurableObject(stubOf(id), (_, { storage }) => storage.deleteAlarm())
    await evict(id)
    expect(await alarmOf(id)).toBe(startMs + 500)
  })

  test('a lost alarm is found by the sweeper when nothing else wakes the object', async () => {
    const id = await createJob({ epochs: 1 })
    await runInDurableObject(stubOf(id), (_, { storage }) => storage.deleteAlarm())
    await sweepAt(startMs + 500 + WAKE_GRACE_MS - 1)
    expect((await getJob(id)).status).toBe('preparing')
    await sweepAt(startMs + 500 + WAKE_GRACE_MS)
    expect(await getJob(id)).toMatchObject({ status: 'completed', started_at: new Date(startMs + 500).toISOString() })
  })

  test('an early alarm changes nothing and is set again', async () => {
    const id = await createJob()
    await runInDurableObject(stubOf(id), (job) => job.alarm())
    expect((await getJob(id)).status).toBe('preparing')
    expect(await alarmOf(id)).toBe(startMs + 500)
  })

  test('an alarm that fails, in its storage and in D1, is set again, and the job continues', async () => {
    const id = await createJob({ epochs: 1 })
    for (let failed = 0; (await getJob(id)).status !== 'completed'; failed++) {
      expect(failed).toBeLessThan(4)
      const before = await snapshotOf(id)
      {
        using _ = await breakStorage(id)
        breakD1('refused')
        expect(await runAlarm(id)).toBe(true)
        expect((await snapshotOf(id))?.status).toBe(before?.status)
        // Not at once: what fails at once would be tried again and again.
        expect(await alarmOf(id)).toBeGreaterThanOrEqual(Date.now() + ALARM_RETRY_MS)
      }
      restoreD1()
      expect(await runAlarm(id)).toBe(true)
    }
    expect(await versionsOf(id)).toHaveLength(1)
    expect(await alarmOf(id)).toBeNull()
  })

  test('an alarm delivered twice does its work once', async () => {
    const id = await createJob({ epochs: 1 })
    await runToEnd(id)
    const row = await registerRow(id)
    await runInDurableObject(stubOf(id), async (job) => {
      await job.alarm()
      await job.alarm()
    })
    expect(await registerRow(id)).toEqual(row)
    expect(await versionsOf(id)).toHaveLength(1)
  })
})

describe('a Worker that dies between D1 and the object', () => {
  test('leaves a job that the sweeper starts', async () => {
    const id = await orphan()
    await sweepAt(startMs + WAKE_GRACE_MS)
    expect((await getJob(id)).status).toBe('preparing')
    await runToEnd(id)
    expect(await versionsOf(id)).toHaveLength(1)
  })

  test('leaves a job that can be cancelled', async () => {
    const id = await orphan()
    expect((await post(`${api}/jobs/${id}/cancel`)).status).toBe(200)
    expect(await getJob(id)).toMatchObject({ status: 'cancelled' })
    expect(await registerRow(id)).toMatchObject({ slot: null, wake_by_ms: null })
  })

  test('leaves a job that can be deleted', async () => {
    const id = await orphan()
    expect((await request(`${api}/jobs/${id}`, { method: 'DELETE' })).status).toBe(200)
    expect(await registerRow(id)).toBeNull()
    await stubOf(id).wake(id)
    expect(await snapshotOf(id)).toBeNull()
  })
})

describe('while D1 is unavailable', () => {
  test('a pause is carried out, and D1 is updated later', async () => {
    const id = await createJob()
    await runAlarm(id)
    breakD1('refused')
    expect((await post(`${api}/jobs/${id}/pause`)).status).toBe(200)
    expect(await snapshotOf(id)).toMatchObject({ status: 'paused' })
    restoreD1()
    expect(await registerRow(id)).toMatchObject({ status: 'training', slot: 1 })
    await runAlarm(id)
    expect(await registerRow(id)).toMatchObject({
      status: 'paused',
      slot: null,
      wake_by_ms: startMs + 500 + PAUSED_CHECK_MS,
    })
  })

  test('a resume is not possible, and changes nothing', async () => {
    const id = await createJob()
    await runAlarm(id)
    await post(`${api}/jobs/${id}/pause`)
    breakD1('refused', 'coalesce(slot')
    const resumed = await post(`${api}/jobs/${id}/resume`)
    expect((await refusal(resumed))[0]).toBe(503)
    expect(resumed.headers.get('retry-after')).toBe('5')
    restoreD1()
    expect(await getJob(id)).toMatchObject({ status: 'paused' })
  })

  test.each(['pause', 'cancel'])(
    'a job at rest (%s) is not deleted: the deletion of its row could not be guaranteed',
    async (rest) => {
      const id = await createJob()
      await runAlarm(id)
      await post(`${api}/jobs/${id}/${rest}`)
      breakD1('refused')
      expect((await request(`${api}/jobs/${id}`, { method: 'DELETE' })).status).toBe(503)
      restoreD1()
      expect((await request(`${api}/jobs/${id}`)).status).toBe(200)
    },
  )

  test('a deleted job whose alarm is lost as well is found by the sweeper', async () => {
    const id = await createJob()
    await post(`${api}/jobs/${id}/cancel`)
    breakD1('refused', 'DELETE FROM jobs')
    await request(`${api}/jobs/${id}`, { method: 'DELETE' })
    await runInDurableObject(stubOf(id), (_, { storage }) => storage.deleteAlarm())
    restoreD1()
    await sweepAt(startMs + WAKE_GRACE_MS)
    expect(await registerRow(id)).toBeNull()
  })

  test('a wake deadline of a refused command is removed', async () => {
    const id = await createJob()
    await post(`${api}/jobs/${id}/cancel`)
    await index.setWakeDeadline(id, startMs)
    await sweepAt(startMs + WAKE_GRACE_MS)
    expect(await registerRow(id)).toMatchObject({ status: 'cancelled', wake_by_ms: null })
  })

  test('a deleted job stays deleted, and its row is deleted later', async () => {
    const id = await createJob()
    await post(`${api}/jobs/${id}/cancel`)
    breakD1('refused', 'DELETE FROM jobs')
    expect((await request(`${api}/jobs/${id}`, { method: 'DELETE' })).status).toBe(200)
    await evict(id)
    expect(await snapshotOf(id)).toBeNull()
    restoreD1()
    await runAlarm(id)
    expect(await registerRow(id)).toBeNull()
    expect(await alarmOf(id)).toBe(Date.now() + TOMBSTONE_MS)
  })

  test.each(['refused', 'unheard'] as const)(
    'completed is not shown before the version is registered (%s)',
    async (how) => {
      const id = await createJob({ epochs: 1 })
      await runAlarm(id)
      await runAlarm(id)
      breakD1(how, 'model_versions')
      await runAlarm(id)
      expect(await snapshotOf(id)).toMatchObject({ status: 'validating', completed_at: null })
      const cancelled = await stubOf(id).command(id, 'cancel', { actor: 'test', revisions: null })
      expect(cancelled).toMatchObject({ reason: 'already', status: 'validating' })
      await evict(id)
      restoreD1()
      await runAlarm(id)
      const job = await getJob(id)
      expect(job).toMatchObject({ status: 'completed', completed_at: new Date(startMs + 51_000).toISOString() })
      // What was withdrawn since, D1 alone knows.
      expect(await snapshotOf(id)).toEqual({ ...job, dataset: { ...job.dataset, withdrawn: null } })
      expect(await versionsOf(id)).toHaveLength(1)
      expect(await alarmOf(id)).toBeNull()
    },
  )

  test('a completion that only D1 has is shown even if a wake deadline makes its object be asked', async () => {
    const id = await createJob({ epochs: 1 })
    await runAlarm(id)
    await runAlarm(id)
    breakD1('unheard', 'model_versions')
    await runAlarm(id)
    restoreD1()
    const completed = await getJob(id)
    expect(completed).toMatchObject({ status: 'completed' })
    expect(await snapshotOf(id)).toMatchObject({ status: 'validating' })
    await index.setWakeDeadline(id, Date.now())
    expect(await getJob(id)).toEqual(completed)
  })

  test('retries back off', async () => {
    const id = await createJob()
    await runAlarm(id)
    breakD1('refused')
    await post(`${api}/jobs/${id}/cancel`)
    const waits: number[] = []
    for (let i = 0; i < 8; i++) {
      waits.push(((await alarmOf(id)) ?? 0) - Date.now())
      await runAlarm(id)
    }
    const [first = 0] = waits
    expect(first).toBeGreaterThanOrEqual(SINK_RETRY_MS)
    expect(waits.at(-1)).toBe(60_000)
    restoreD1()
    await runAlarm(id)
    expect(await registerRow(id)).toMatchObject({ status: 'cancelled', slot: null })
  })
})

describe('slots', () => {
  test('a slot acquired by a resume that died is released', async () => {
    const id = await createJob()
    await runAlarm(id)
    await post(`${api}/jobs/${id}/pause`)
    expect(await index.acquireSlot(id, 1, startMs)).toBe(true)
    await sweepAt(startMs + WAKE_GRACE_MS)
    expect(await registerRow(id)).toMatchObject({
      status: 'paused',
      slot: null,
      wake_by_ms: startMs + 500 + PAUSED_CHECK_MS,
    })
  })

  test('a resume whose answer from D1 was lost is repaired by the next one', async () => {
    const id = await createJob()
    await runAlarm(id)
    await post(`${api}/jobs/${id}/pause`)
    breakD1('unheard', 'coalesce(slot')
    expect((await post(`${api}/jobs/${id}/resume`)).status).toBe(503)
    restoreD1()
    expect((await post(`${api}/jobs/${id}/resume`)).status).toBe(200)
    expect(await registerRow(id)).toMatchObject({ status: 'training', slot: 1 })
  })

  test('a late release does not free a slot acquired again', async () => {
    const id = await createJob()
    await runAlarm(id)
    await post(`${api}/jobs/${id}/pause`)
    await index.acquireSlot(id, 1, startMs)
    const seen = await index.find(id)
    await index.acquireSlot(id, 1, startMs + 1)
    const paused = {
      ...pendingJob({ id, config, totalDocuments: 50, createdMs: startMs, createdBy: null }),
      status: 'paused' as const,
    }
    if (seen !== null) await index.repair(id, { ...paused, revision: seen.revision }, seen, Date.now())
    expect(await registerRow(id)).toMatchObject({ slot: 1 })
    await sweepAt(startMs + 1 + WAKE_GRACE_MS)
    expect(await registerRow(id)).toMatchObject({ slot: null })
  })

  test('a late write of an older revision changes nothing', async () => {
    const id = await createJob()
    await runAlarm(id)
    const row = await registerRow(id)
    const older = pendingJob({ id, config, totalDocuments: 50, createdMs: startMs, createdBy: null })
    expect(await index.update({ ...older, status: 'paused' })).toBe(true)
    expect(await registerRow(id)).toEqual(row)
  })
})

test('a register restored from an older copy is brought up to date by the sweeper', async () => {
  const id = await createJob()
  const old = await registerRow(id)
  await runAlarm(id)
  await env.DB.prepare(
    'UPDATE jobs SET status = ?, revision = ?, spec = NULL, summary = NULL, snapshot = ?, wake_by_ms = ? WHERE id = ?',
  )
    .bind(old?.status, old?.revision, JSON.stringify(old?.snapshot), old?.wake_by_ms, id)
    .run()
  await sweepAt(startMs + 500 + WAKE_GRACE_MS)
  expect(await registerRow(id)).toMatchObject({ status: 'training' })
})

test('a job that cannot be woken does not keep the sweeper from the others', async () => {
  const id = await orphan()
  const getByName = vi.spyOn(Object.getPrototypeOf(env.TRAINING_JOBS), 'getByName').mockImplementationOnce(() => {
    throw new Error('overloaded')
  })
  await sweepAt(startMs + WAKE_GRACE_MS)
  getByName.mockRestore()
  expect(await registerRow(id)).toMatchObject({ status: 'queued', wake_by_ms: startMs + 2 * WAKE_GRACE_MS })
})

describe('the sweeper', () => {
  /** Rows of paused jobs, overdue for so many ms each: the first one the longest. */
  async function overdue(ids: string[]): Promise<void> {
    const { snapshot } = (await registerRow(await orphan())) ?? {}
    const insert = `INSERT INTO jobs (id, model_type, status, revision, wake_by_ms, snapshot) VALUES (?, 'zeugnis', 'paused', 1, ?, ?)`
    await env.DB.batch(
      ids.map((id, at) => env.DB.prepare(insert).bind(id, startMs - 1_000 + at, JSON.stringify({ ...snapshot, id }))),
    )
  }
  const someIds = (count: number) => Array.from({ length: count }, () => crypto.randomUUID())
  const left = async () =>
    (await env.DB.prepare('SELECT count(*) AS n FROM jobs WHERE wake_by_ms <= ?').bind(startMs).first<{ n: number }>())
      ?.n

  test('handles all overdue jobs in one sweep, the oldest first, a limited number at a time', async () => {
    const ids = someIds(1.2 * SWEEP_PAGE_JOBS)
    await overdue(ids)
    const woken: string[] = []
    let [asked, most] = [0, 0]
    const { wake } = TrainingJob.prototype
    using _ = vi.spyOn(TrainingJob.prototype, 'wake').mockImplementation(async function (this: TrainingJob, id) {
      woken.push(id)
      most = Math.max(most, ++asked)
      await wake.call(this, id)
      asked--
    })
    await sweepAt(startMs)
    expect(await left()).toBe(0)
    expect([...woken].sort()).toEqual([...ids].sort())
    expect(woken.slice(0, 20).sort()).toEqual(ids.slice(0, 20).sort())
    expect(most).toBeLessThanOrEqual(OBJECTS_ASKED_AT_ONCE)
  })

  test('does not wait for an object that does not answer, and still starts queued jobs', async () => {
    await overdue(someIds(1))
    await env.DB.prepare(
      "UPDATE jobs SET slot = NULL, status = 'cancelled', wake_by_ms = NULL WHERE slot IS NOT NULL",
    ).run()
    const response = await send('POST', `${api}/jobs?when_busy=queue`, { name: 'waits', bundeslaender: ['BY'] })
    const { id } = (await response.json()) as { id: string }
    await env.DB.prepare("UPDATE jobs SET slot = NULL, status = 'queued', revision = 0, wake_by_ms = NULL WHERE id = ?")
      .bind(id)
      .run()
    const { wake } = TrainingJob.prototype
    using _ = vi.spyOn(TrainingJob.prototype, 'wake').mockImplementation(function (this: TrainingJob, other) {
      return other === id ? wake.call(this, other) : new Promise(() => {})
    })
    using __ = vi.spyOn(globalThis, 'setTimeout').mockImplementation(((run: () => void) => {
      queueMicrotask(run)
      return 0
    }) as unknown as typeof setTimeout)
    await sweepAt(startMs)
    expect(await registerRow(id)).toMatchObject({ slot: 1 })
  })

  test('is not stopped by a job that can be neither woken nor postponed', async () => {
    await overdue(someIds(1))
    breakD1('refused', 'wake_by_ms < ?2')
    using _ = vi.spyOn(Object.getPrototypeOf(env.TRAINING_JOBS), 'getByName').mockImplementationOnce(() => {
      throw new Error('overloaded')
    })
    const old = startMs - IDEMPOTENCY_KEY_AGE_MAX_MS
    await env.DB.prepare("INSERT INTO idempotency_keys VALUES ('old', '', '', ?)").bind(old).run()
    await sweepAt(startMs)
    expect(await env.DB.prepare("SELECT key FROM idempotency_keys WHERE key = 'old'").first()).toBeNull()
  })
})

test('the row of a job at rest shows exactly what its object shows', async () => {
  const id = await createJob()
  await runAlarm(id)
  setClock(startMs + 12_345)
  await post(`${api}/jobs/${id}/pause`)
  expect((await registerRow(id))?.snapshot).toEqual(await snapshotOf(id))
})
