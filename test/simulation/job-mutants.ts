import { Alarm } from '../../src/jobs/object/alarm.ts'
import { EventStore } from '../../src/jobs/object/event-store.ts'
import type { Parts } from '../../src/jobs/object/parts.ts'
import { idempotencyKeys } from '../../src/jobs/register/idempotency-keys.ts'
import { type JobRegister, jobRegister } from '../../src/jobs/register/job-register.ts'
import { describeEvent } from '../../src/jobs/rules/describe.ts'
import { sequenceOf } from '../../src/jobs/rules/edit.ts'
import { evolve } from '../../src/jobs/rules/job.ts'
import type { JobEvent } from '../../src/jobs/rules/types.ts'
import { registry } from '../../src/models/registry.ts'
import { WAKE_GRACE_MS } from '../../src/platform/limits.ts'
import type { Mutant } from './mutants.ts'

/** The register with some methods replaced. */
const register = (faulty: (sound: JobRegister, db: D1Database) => Partial<JobRegister>): Partial<Parts> => ({
  register: (db) => {
    const sound = jobRegister(db)
    return { ...sound, ...faulty(sound, db) }
  },
})

class NoOutbox extends EventStore {
  override sink(name: string) {
    return { ...super.sink(name), revision: this.job === null ? 0 : sequenceOf(this.job) }
  }
}

class CompletesByItself extends EventStore {
  override commit(events: readonly JobEvent[], acknowledgedBy?: string) {
    const last = events.at(-1)
    const completed = last?.type === 'validated' ? [{ type: 'completed', atMs: last.atMs } as const] : []
    return super.commit([...events, ...completed], acknowledgedBy)
  }
}

class NoAlarm extends Alarm {
  override set() {
    return Promise.resolve()
  }
  override restore() {
    return Promise.resolve(null)
  }
}

/** Faults in what all jobs have. */
export const jobMutants: Mutant[] = [
  { name: 'skip-outbox', seed: 1, breaks: 'promise 6: ', parts: { events: (storage) => new NoOutbox(storage) } },
  {
    name: 'drop-slot-check',
    seed: 7,
    breaks: 'promise 1: ',
    parts: register(() => ({ acquireSlot: async () => true })),
  },
  {
    name: 'forget-the-alarm',
    seed: 1,
    breaks: 'promise 6: ',
    parts: { ...register(() => ({ overdue: async () => [] })), alarm: (storage) => new NoAlarm(storage) },
  },
  {
    name: 'complete-before-d1',
    seed: 5,
    breaks: 'promise 2: ',
    parts: { events: (storage) => new CompletesByItself(storage) },
  },
  {
    name: 'let-older-revisions-win',
    seed: 185,
    breaks: 'promise 7: ',
    parts: register((sound, db) => ({
      update: async (job) => {
        const forget = 'UPDATE jobs SET revision = ?2 - 1 WHERE id = ?1 AND revision > ?2'
        await db.prepare(forget).bind(job.id, job.revision).run()
        return sound.update(job)
      },
    })),
  },
  {
    name: 'find-by-what-was-the-matter',
    seed: 2,
    breaks: 'promise 7: ',
    parts: register((sound, db) => ({
      update: async (job, recorded) => {
        const row = db.prepare('SELECT labels FROM jobs WHERE id = ?').bind(job.id)
        const before = await row.first<{ labels: string }>()
        const isThere = await sound.update(job, recorded)
        if (before !== null)
          await db.prepare('UPDATE jobs SET labels = ? WHERE id = ?').bind(before.labels, job.id).run()
        return isThere
      },
    })),
  },
  {
    name: 'register-again',
    seed: 15,
    breaks: 'promise 7: ',
    parts: {
      registry: (db) => {
        const sound = registry(db)
        const insert = `INSERT INTO model_versions (id, job_id, model_type, number, created_ms, metrics, size_mb, bundeslaender)
          SELECT ?1, ?2, 'zeugnis', 1 + last_number, 0, '{}', 0, '[]' FROM model_types WHERE model_type = 'zeugnis'`
        const activate = `UPDATE model_types SET active_id = ?1 WHERE model_type = 'zeugnis'`
        const again = (jobId: string, id = crypto.randomUUID()) => [
          db.prepare(insert).bind(id, jobId),
          db.prepare(activate).bind(id),
        ]
        const registration: typeof sound.registration = (version) => [
          ...again(version.job_id),
          ...sound.registration(version).slice(3),
        ]
        return { ...sound, registration }
      },
    },
  },
  { name: 'let-the-clock-go-back', seed: 83, breaks: 'promise 3: ', parts: { clock: () => () => Date.now() } },
  { name: 'do-not-serialise', seed: 23, breaks: 'promise 5: ', parts: { serial: () => (work) => work() } },
  {
    name: 'forget-the-never-started',
    seed: 5,
    breaks: 'promise 6: ',
    object: (sound) =>
      class extends sound {
        override wake(id: string) {
          return this.snapshot() === null ? Promise.resolve() : super.wake(id)
        }
      },
  },
  {
    name: 'count-the-pause',
    seed: 14,
    breaks: 'promise 4: ',
    parts: {
      events: (storage) =>
        new EventStore(storage, (job, event) => {
          if (job === null || event.type !== 'resumed') return evolve(job, event)
          return evolve({ ...job, activeMs: job.activeMs + event.atMs - job.changedMs }, event)
        }),
    },
  },
  {
    name: 'send-a-point-twice',
    seed: 13,
    breaks: 'watcher (delta) ',
    parts: {
      describeEvent: (view, mode, { revision, points }) =>
        describeEvent(view, mode, { revision, points: Math.max(0, points - 1) }),
    },
  },
  {
    name: 'number-an-event-ahead',
    seed: 1,
    breaks: 'the server does not know its own cursor ',
    parts: {
      describeEvent: (view, mode, before) => {
        const { cursor, event } = describeEvent(view, mode, before)
        return { event, cursor: { ...cursor, revision: cursor.revision + 1 } }
      },
    },
  },
  {
    name: 'leave-the-waiting',
    seed: 1,
    breaks: 'promise 6: ',
    parts: register(() => ({ assignSlot: async () => null })),
  },
  {
    name: 'forget-the-key',
    seed: 7,
    breaks: 'the key ',
    parts: { keys: (db) => ({ ...idempotencyKeys(db), remember: () => ({ before: [], after: [] }) }) },
  },
  { name: 'leave-the-row-gone', seed: 2, breaks: 'promise 7: ', parts: register(() => ({ restore: async () => {} })) },
  {
    name: 'forget-the-lost-version',
    seed: 2,
    breaks: 'promise 2: ',
    parts: register((sound) => ({
      complete: async (job, recorded, registration) =>
        job.version === null
          ? sound.complete(job, recorded, registration)
          : (await sound.update(job, recorded))
            ? []
            : null,
    })),
  },
  {
    name: 'leave-the-register-set-back',
    seed: 20,
    breaks: 'promise 7: ',
    object: (sound) =>
      class extends sound {
        override reconcile() {
          return Promise.resolve('unchanged' as const)
        }
      },
  },
  {
    name: 'lose-the-position',
    seed: 45,
    breaks: 'promise 6: ',
    parts: register((sound, db) => ({
      update: async (job) => {
        const exists = await sound.update(job)
        await db.prepare('UPDATE jobs SET waits_ms = NULL WHERE id = ?').bind(job.id).run()
        return exists
      },
    })),
  },
  {
    name: 'keep-the-slot-from-the-resumed',
    seed: 45,
    breaks: 'promise 6: ',
    object: (sound) =>
      class extends sound {
        override wake(id: string) {
          const shown = this.snapshot()
          const isPaused = shown instanceof Object && shown.job.status === 'paused'
          return isPaused ? Promise.resolve() : super.wake(id)
        }
      },
  },
  {
    name: 'serve-the-newest-first',
    seed: 6,
    breaks: 'the queue: ',
    parts: register((_, db) => ({
      assignSlot: async (slots, nowMs) => {
        const newest = `UPDATE jobs SET slot = 1, wake_by_ms = ?2 WHERE seq = (SELECT seq FROM jobs
          WHERE slot IS NULL AND (status = 'queued' OR (status = 'paused' AND waits_ms IS NOT NULL))
          ORDER BY waits_ms DESC, seq DESC LIMIT 1) AND (SELECT held < ?1 FROM job_counters) RETURNING id`
        const row = await db
          .prepare(newest)
          .bind(slots, nowMs + WAKE_GRACE_MS)
          .first<{ id: string }>()
        return row?.id ?? null
      },
    })),
  },
  {
    name: 'count-an-edit-as-a-revision',
    seed: 2,
    breaks: 'an edit moved ',
    parts: {
      events: (storage) =>
        new EventStore(storage, (job, event) => {
          const next = evolve(job, event)
          return event.type === 'edited' ? { ...next, revision: next.revision + 1, edits: next.edits - 1 } : next
        }),
    },
  },
  {
    name: 'leave-the-edit-of-the-waiting',
    seed: 5,
    breaks: 'promise 7: ',
    parts: register((sound) => ({
      find: async (id) => {
        const row = await sound.find(id)
        return row && { ...row, edits: [] }
      },
    })),
  },
]
