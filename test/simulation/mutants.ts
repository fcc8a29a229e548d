import { Alarm } from '../../src/jobs/alarm.ts'
import { describeEvent } from '../../src/jobs/describe.ts'
import { idempotencyKeys } from '../../src/jobs/idempotency-keys.ts'
import { evolve, type JobEvent } from '../../src/jobs/job.ts'
import { type JobIndex, jobIndex } from '../../src/jobs/job-index.ts'
import { JobStorage } from '../../src/jobs/job-storage.ts'
import type { Parts } from '../../src/jobs/parts.ts'
import type { TrainingJob } from '../../src/jobs/training-job.ts'
import { registry } from '../../src/models/registry.ts'

/**
 * A fault planted into what jobs are made of, and a seed whose run notices it.
 *
 * What a seed does depends on the code that it runs: `npm run simulate -- --mutant <name>` finds another.
 */
export type Mutant = {
  name: string
  seed: number
  parts?: Partial<Parts>
  /** The object itself, with a fault in it. */
  object?: (sound: typeof TrainingJob) => typeof TrainingJob
}

/** The register, but for a method or two. */
const register = (faulty: (sound: JobIndex, db: D1Database) => Partial<JobIndex>): Partial<Parts> => ({
  register: (db) => {
    const sound = jobIndex(db)
    return { ...sound, ...faulty(sound, db) }
  },
})

class NoOutbox extends JobStorage {
  override get synced() {
    return true
  }
}

class CompletesByItself extends JobStorage {
  override commit(events: readonly JobEvent[], options?: { synced: boolean }) {
    const last = events.at(-1)
    const completed = last?.type === 'validated' ? [{ type: 'completed', atMs: last.atMs } as const] : []
    return super.commit([...events, ...completed], options)
  }
}

class NoAlarm extends Alarm {
  override set() {
    return Promise.resolve()
  }
  override restore() {
    return Promise.resolve()
  }
}

/**
 * What the simulation must notice: each breaks one thing that a promise rests on. Where two things keep a promise, both
 * are broken: a lost alarm is made good by the sweeper.
 */
export const mutants: Mutant[] = [
  { name: 'skip-outbox', seed: 1, parts: { storage: (storage) => new NoOutbox(storage) } },
  { name: 'drop-slot-check', seed: 7, parts: register(() => ({ takeSlot: async () => true })) },
  {
    name: 'forget-the-alarm',
    seed: 1,
    parts: { ...register(() => ({ overdue: async () => [] })), alarm: (storage) => new NoAlarm(storage) },
  },
  { name: 'complete-before-d1', seed: 1, parts: { storage: (storage) => new CompletesByItself(storage) } },
  {
    name: 'let-older-revisions-win',
    seed: 36,
    parts: register((sound, db) => ({
      update: async (job) => {
        await db.prepare('UPDATE jobs SET revision = -1 WHERE id = ?').bind(job.id).run()
        return sound.update(job)
      },
    })),
  },
  {
    name: 'register-again',
    seed: 2,
    parts: {
      registry: (db) => {
        const sound = registry(db)
        const insert = `INSERT INTO model_versions (id, job_id, model_type, number, created_ms, metrics, size_mb, bundeslaender)
          SELECT ?1, ?2, 'zeugnis', 1 + last_number, 0, '{}', 0, '[]' FROM model_types WHERE model_type = 'zeugnis'`
        const again = (jobId: string) => db.prepare(insert).bind(crypto.randomUUID(), jobId)
        return { ...sound, registration: (version) => [again(version.job_id), ...sound.registration(version).slice(2)] }
      },
    },
  },
  { name: 'let-the-clock-go-back', seed: 14, parts: { clock: () => () => Date.now() } },
  { name: 'do-not-serialise', seed: 5, parts: { serial: () => (work) => work() } },
  {
    name: 'forget-the-never-started',
    seed: 1,
    object: (sound) =>
      class extends sound {
        override wake(id: string) {
          return this.snapshot() === null ? Promise.resolve() : super.wake(id)
        }
      },
  },
  {
    name: 'count-the-pause',
    seed: 64,
    parts: {
      storage: (storage) =>
        new JobStorage(storage, (job, event) => ({
          ...evolve(job, event),
          ...(event.type === 'paused' && job !== null ? { activeMs: job.activeMs } : {}),
        })),
    },
  },
  {
    name: 'send-a-point-twice',
    seed: 13,
    parts: { describeEvent: (job, nowMs, mode, before) => describeEvent(job, nowMs, mode, Math.max(0, before - 1)) },
  },
  { name: 'leave-the-waiting', seed: 1, parts: register(() => ({ giveSlot: async () => null })) },
  {
    name: 'forget-the-key',
    seed: 45,
    parts: { keys: (db) => ({ ...idempotencyKeys(db), remember: () => ({ before: [], after: [] }) }) },
  },
  { name: 'leave-the-row-gone', seed: 2, parts: register(() => ({ restore: async () => {} })) },
  {
    name: 'forget-the-lost-version',
    seed: 26,
    parts: register((sound) => ({
      complete: async (job, registration) =>
        job.version === null ? sound.complete(job, registration) : (await sound.update(job)) ? [] : null,
    })),
  },
  {
    name: 'leave-the-register-set-back',
    seed: 2,
    object: (sound) =>
      class extends sound {
        override reconcile() {
          return Promise.resolve('unchanged' as const)
        }
      },
  },
]
