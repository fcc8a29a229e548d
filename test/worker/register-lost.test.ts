import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Reconciliation } from '../../src/jobs/reconcile.ts'
import { COMPLETION_TRIES_MAX, PAUSED_CHECK_MS, TOMBSTONE_MS, WAKE_GRACE_MS } from '../../src/platform/limits.ts'
import {
  alarmOf,
  api,
  cancelAll,
  createJob,
  getJob,
  post,
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
import { bookmarkD1 } from './d1-bookmark.ts'
import { breakD1, restoreD1 } from './meters.ts'

beforeEach(() => setClock(startMs))
afterEach(async () => {
  restoreD1()
  await reconcile()
  await cancelAll()
  vi.useRealTimers()
})

const lose = (id: string) => env.DB.prepare('DELETE FROM jobs WHERE id = ?').bind(id).run()

/** Reconciles the whole register, then the objects with these ids. @returns the outcomes, counted */
async function reconcile(objects: string[] = []): Promise<Record<keyof Reconciliation, number>> {
  const sum = { unchanged: 0, updated: 0, restored: 0, removed: 0, unknown: 0, failed: 0 }
  const call = async (body: object) => {
    const { next, failed, ...counts } = (await (
      await send('POST', `${api}/reconcile`, body)
    ).json()) as Reconciliation & {
      next: number | null
    }
    for (const [outcome, count] of Object.entries(counts)) sum[outcome as keyof typeof counts] += count
    sum.failed += failed.length
    return next
  }
  let after: number | null = 0
  while (after !== null) after = await call({ after })
  if (objects.length > 0) await call({ objects })
  return sum
}
/** A job that has run to its end. */
async function completed(): Promise<string> {
  const id = await createJob({ epochs: 1 })
  await runToEnd(id)
  return id
}

const objectIdOf = (id: string) => env.TRAINING_JOBS.idFromName(id).toString()

describe('D1 set back to an earlier moment', () => {
  test('during a validation: the job gets its version again, with the id and the number it had', async () => {
    const id = await createJob({ epochs: 1 })
    await runAlarm(id)
    await runAlarm(id)
    const restore = await bookmarkD1()
    await runToEnd(id)
    const before = await versionsOf(id)
    expect(before).toHaveLength(1)
    await restore()
    expect(await versionsOf(id)).toHaveLength(0)
    await sweepAt(Date.now() + 2 * WAKE_GRACE_MS)
    expect(await registerRow(id)).toMatchObject({ status: 'completed', slot: null, wake_by_ms: null })
    expect(await versionsOf(id)).toEqual(before)
  })

  test('to a time when a job, now completed, was paused: the sweeper checks it within a day', async () => {
    const id = await createJob({ epochs: 1 })
    await runAlarm(id)
    await post(`${api}/jobs/${id}/pause`)
    const restore = await bookmarkD1()
    await post(`${api}/jobs/${id}/resume`)
    await runToEnd(id)
    await restore()
    await sweepAt(Date.now() + PAUSED_CHECK_MS)
    expect(await registerRow(id)).toMatchObject({ status: 'completed' })
    expect(await versionsOf(id)).toHaveLength(1)
  })

  test('with two versions lost: each gets its own number again, and the newer one is active, in whichever order', async () => {
    const kept = await createJob({ epochs: 1 })
    await runToEnd(kept)
    const restore = await bookmarkD1()
    const lost: string[] = []
    for (let i = 0; i < 2; i++) {
      const id = await createJob({ epochs: 1 })
      await runToEnd(id)
      lost.push(id)
    }
    const before = await Promise.all(lost.map(versionsOf))
    await restore()
    for (const id of lost.toReversed()) await reconcile([objectIdOf(id)])
    expect(await Promise.all(lost.map(versionsOf))).toEqual(before)
  })

  test('before a job was created: it continues, and its row is restored by its next event', async () => {
    const restore = await bookmarkD1()
    const id = await createJob({ epochs: 10 })
    await runAlarm(id)
    setClock(startMs + 60_000)
    await restore()
    expect((await request(`${api}/jobs/${id}`)).status).toBe(404)
    expect((await post(`${api}/jobs/${id}/pause`)).status).toBe(200)
    // What was withdrawn since, D1 alone knows.
    const job = await getJob(id)
    expect({ ...job, dataset: { ...job.dataset, withdrawn: null } }).toEqual(await snapshotOf(id))
    expect(job).toMatchObject({ status: 'paused', revision: 4 })
    expect((await post(`${api}/jobs/${id}/resume`)).status).toBe(200)
    await runToEnd(id)
    expect(await versionsOf(id)).toHaveLength(1)
  })

  test('before a job was deleted: its row is removed again, nothing is started, and its version stays', async () => {
    const id = await createJob({ epochs: 1 })
    await runAlarm(id)
    const moving = await bookmarkD1()
    await runToEnd(id)
    await request(`${api}/jobs/${id}`, { method: 'DELETE' })
    await moving()
    expect(await registerRow(id)).toMatchObject({ status: 'training' })
    expect((await reconcile()).removed).toBe(1)
    expect(await registerRow(id)).toBeNull()
    await moving()
    await sweepAt(Date.now() + 2 * WAKE_GRACE_MS)
    expect(await registerRow(id)).toBeNull()
    expect(await snapshotOf(id)).toBeNull()
  })

  test('before a queued job was deleted: neither reconciliation nor the sweeper starts it', async () => {
    const running = await createJob({ epochs: 1 })
    const waiting = await send('POST', `${api}/jobs?when_busy=queue`, { name: 'w', bundeslaender: ['BY'], epochs: 1 })
    const { id } = (await waiting.json()) as { id: string }
    const restore = await bookmarkD1()
    await post(`${api}/jobs/${id}/cancel`)
    await request(`${api}/jobs/${id}`, { method: 'DELETE' })
    await post(`${api}/jobs/${running}/cancel`)
    await restore()
    expect(await registerRow(id)).toMatchObject({ status: 'queued' })
    await reconcile([objectIdOf(id)])
    expect(await registerRow(id)).toBeNull()
    await restore()
    await reconcile([objectIdOf(running)])
    await sweepAt(Date.now() + 2 * WAKE_GRACE_MS)
    expect(await registerRow(id)).toBeNull()
    expect(await snapshotOf(id)).toBeNull()
  })

  test('a deleted job is remembered for a week, and then nothing of it is left', async () => {
    const id = await createJob()
    await post(`${api}/jobs/${id}/cancel`)
    const deletedMs = Date.now()
    await request(`${api}/jobs/${id}`, { method: 'DELETE' })
    expect(await alarmOf(id)).toBe(deletedMs + TOMBSTONE_MS)
    await evictDurableObject(stubOf(id))
    expect(await stubOf(id).snapshot()).toBe('deleted')
    expect((await post(`${api}/jobs/${id}/resume`)).status).toBe(404)
    await runAlarm(id)
    await evictDurableObject(stubOf(id))
    expect(await stubOf(id).snapshot()).toBeNull()
    expect(await alarmOf(id)).toBeNull()
  })

  test('after reconciliation each row shows what its object shows, and a second one finds nothing to change', async () => {
    const a = await createJob({ epochs: 1 })
    await runAlarm(a)
    const restore = await bookmarkD1()
    await runToEnd(a)
    const c = await createJob({ epochs: 1 })
    await runToEnd(c)
    await restore()
    const first = await reconcile([a, c].map(objectIdOf))
    expect(first).toMatchObject({ updated: 1, restored: 1, failed: 0 })
    for (const id of [a, c]) expect((await registerRow(id))?.snapshot).toEqual(await snapshotOf(id))
    expect(await reconcile([a, c].map(objectIdOf))).toMatchObject({ updated: 0, restored: 0, removed: 0, failed: 0 })
  })
})

describe('a lost row', () => {
  test('is restored at the next milestone, and the job continues to its one version', async () => {
    const id = await createJob({ epochs: 1 })
    const { seq } = (await env.DB.prepare('SELECT seq FROM jobs WHERE id = ?').bind(id).first<{ seq: number }>()) ?? {}
    await lose(id)
    await runAlarm(id)
    expect(await registerRow(id)).toMatchObject({ status: 'training', slot: 1 })
    expect(await env.DB.prepare('SELECT seq FROM jobs WHERE id = ?').bind(id).first()).toEqual({ seq })
    await lose(id)
    await runToEnd(id)
    expect(await registerRow(id)).toMatchObject({ status: 'completed', slot: null })
    expect(await versionsOf(id)).toHaveLength(1)
  })

  test('of a completed job whose version was rolled back and deleted neither restores nor activates that version', async () => {
    const ids = [await completed(), await completed()]
    const [older, newer] = (await Promise.all(ids.map(versionsOf))).flat()
    await post(`${api}/models/${older?.id}/activate`)
    await request(`${api}/models/${newer?.id}`, { method: 'DELETE' })
    await lose(ids[1] ?? '')
    expect(await reconcile([objectIdOf(ids[1] ?? '')])).toMatchObject({ restored: 1 })
    expect(await versionsOf(ids[1] ?? '')).toEqual([])
    expect(await versionsOf(ids[0] ?? '')).toMatchObject([{ is_active: true }])
  })

  test('of a model type comes back with the number of its last version', async () => {
    const id = await completed()
    const [{ model_type, version } = { model_type: '', version: '' }] = await versionsOf(id)
    await env.DB.batch([
      env.DB.prepare('UPDATE model_types SET active_id = NULL WHERE model_type = ?').bind(model_type),
      env.DB.prepare('DELETE FROM model_types WHERE model_type = ?').bind(model_type),
    ])
    const next = await completed()
    expect(await versionsOf(next)).toMatchObject([
      { version: `v${Number(version.slice(1, -2)) + 1}.0`, is_active: true },
    ])
  })

  test.each(['pause', 'cancel'])('of a job at rest (%s) comes back before it is deleted permanently', async (rest) => {
    const id = await createJob()
    await runAlarm(id)
    await post(`${api}/jobs/${id}/${rest}`)
    await lose(id)
    expect((await request(`${api}/jobs/${id}`, { method: 'DELETE' })).status).toBe(200)
    expect(await registerRow(id)).toBeNull()
    expect(await snapshotOf(id)).toBeNull()
  })

  test('of a paused job is restored with a slot when the job is resumed', async () => {
    const id = await createJob()
    await runAlarm(id)
    await post(`${api}/jobs/${id}/pause`)
    await lose(id)
    expect((await post(`${api}/jobs/${id}/resume`)).status).toBe(200)
    expect(await registerRow(id)).toMatchObject({ status: 'training', slot: 1 })
  })

  test('of a running job holds its slot again, even if another job got one since', async () => {
    const id = await createJob()
    await lose(id)
    const other = await createJob()
    await runAlarm(id)
    expect(await registerRow(id)).toMatchObject({ slot: 1 })
    expect(await registerRow(other)).toMatchObject({ slot: 1 })
    expect((await send('POST', `${api}/jobs`, { name: 'third', bundeslaender: ['BY'] })).status).toBe(409)
    await post(`${api}/jobs/${id}/cancel`)
    expect((await send('POST', `${api}/jobs`, { name: 'third', bundeslaender: ['BY'] })).status).toBe(409)
  })
})

describe('a completion that D1 refuses', () => {
  test('shows the reason while it is retried, and completes the job once it succeeds', async () => {
    const id = await createJob({ epochs: 1 })
    await runAlarm(id)
    await runAlarm(id)
    breakD1('broken', 'INSERT INTO model_versions')
    await runAlarm(id)
    expect(await snapshotOf(id)).toMatchObject({ status: 'validating' })
    expect((await snapshotOf(id))?.error_message).toContain('The model version cannot be registered')
    restoreD1()
    await runToEnd(id)
    expect(await getJob(id)).toMatchObject({ status: 'completed', error_message: null })
    expect(await versionsOf(id)).toHaveLength(1)
  })

  test('finally fails the job, which releases its slot', async () => {
    const id = await createJob({ epochs: 1 })
    await runAlarm(id)
    await runAlarm(id)
    breakD1('broken', 'INSERT INTO model_versions')
    for (let i = 0; i <= COMPLETION_TRIES_MAX; i++) await runAlarm(id)
    restoreD1()
    expect(await getJob(id)).toMatchObject({ status: 'failed' })
    expect((await getJob(id)).error_message).toContain('The model version cannot be registered')
    expect(await registerRow(id)).toMatchObject({ slot: null, wake_by_ms: null })
    expect(await runInDurableObject(stubOf(id), (_, { storage }) => storage.getAlarm())).toBeNull()
  })

  test('for a missing model type restores that first', async () => {
    const id = await createJob({ epochs: 1, model_type: 'klausur' })
    await env.DB.prepare("DELETE FROM model_types WHERE model_type = 'klausur'").run()
    await runToEnd(id)
    expect(await getJob(id)).toMatchObject({ status: 'completed' })
    expect(await versionsOf(id)).toMatchObject([{ version: 'v1.0', is_active: true }])
  })
})
