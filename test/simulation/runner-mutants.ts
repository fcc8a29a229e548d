import { Alarm } from '../../src/jobs/object/alarm.ts'
import { CurveStore } from '../../src/jobs/object/curve-store.ts'
import { EventStore } from '../../src/jobs/object/event-store.ts'
import { tablesOf } from '../../src/jobs/object/migrations.ts'
import type { Parts } from '../../src/jobs/object/parts.ts'
import { jobRegister } from '../../src/jobs/register/job-register.ts'
import type { Attempt } from '../../src/jobs/rules/attempt.ts'
import { describeEvent } from '../../src/jobs/rules/describe.ts'
import { evolve } from '../../src/jobs/rules/job.ts'
import type { Job, JobEvent } from '../../src/jobs/rules/types.ts'
import type { Mutant } from './mutants.ts'

/** An event log whose events make of a job what `faulty` says. */
const events = (faulty: (next: Job, event: JobEvent, before: Job) => Job): Partial<Parts> => ({
  events: (storage) =>
    new EventStore(storage, (job, event) => {
      const next = evolve(job, event)
      return job === null ? next : faulty(next, event, job)
    }),
})

/** A job with each of its attempts changed. */
const withAttempts = (job: Job, change: (one: Attempt) => Attempt): Job => ({
  ...job,
  attempts: { ...job.attempts, all: job.attempts.all.map(change) },
})

/** Later than any run. */
const NEVER_MS = 4_000_000_000_000

class NeverLate extends Alarm {
  override async restore(wakeMs: number) {
    await super.restore(wakeMs)
    return null
  }
}

/** Faults in what is done for runners. */
export const runnerMutants: Mutant[] = [
  {
    name: 'let-a-token-outlive-its-attempt',
    seed: 2,
    breaks: 'promise 13: ',
    parts: events((next, event, before) => {
      if (event.type !== 'confirmed' && event.type !== 'given_up') return next
      const endOf = (number: number) => before.attempts.all[number - 1]?.end ?? null
      return withAttempts(next, (one) => ({ ...one, end: endOf(one.number) }))
    }),
  },
  {
    name: 'accept-a-gap',
    seed: 92,
    breaks: 'promise 14: ',
    object: (sound) =>
      class extends sound {
        override async report(...[hash, sent]: Parameters<typeof sound.prototype.report>) {
          const answer = await super.report(hash, sent)
          const isGap = 'reason' in answer && answer.reason === 'sequence_gap'
          return isGap ? super.report(hash, { ...sent, sequence: answer.expected }) : answer
        }
      },
  },
  {
    name: 'store-a-repeated-report-twice',
    seed: 42,
    breaks: 'promise 14: ',
    object: (sound) =>
      class extends sound {
        override async report(...[hash, sent]: Parameters<typeof sound.prototype.report>) {
          const answer = await super.report(hash, sent)
          if ('reason' in answer || !answer.duplicate) return answer
          return super.report(hash, { ...sent, sequence: answer.sequence + 1 })
        }
      },
  },
  {
    name: 'let-a-finish-overtake',
    seed: 18,
    breaks: 'promise 14: ',
    object: (sound) =>
      class extends sound {
        override async finish(...[hash, finish]: Parameters<typeof sound.prototype.finish>) {
          const finished = await super.finish(hash, finish)
          return 'reason' in finished && finished.reason === 'sequence_gap'
            ? super.finish(hash, { ...finish, sequence: finished.expected })
            : finished
        }
      },
  },
  {
    name: 'wait-for-a-lost-claim',
    seed: 20,
    breaks: 'promise 6: ',
    parts: {
      // The claim never expires, and is not found again.
      ...events((next, event) =>
        event.type === 'claimed'
          ? withAttempts(next, (one) => (one.number === event.attempt ? { ...one, claimedMs: NEVER_MS } : one))
          : next,
      ),
      register: (db) => {
        const sound = jobRegister(db)
        return { ...sound, offered: (_, modelTypes) => sound.offered('', modelTypes) }
      },
    },
  },
  {
    name: 'fence-without-a-successor',
    seed: 92,
    breaks: 'promise 13: ',
    parts: events((next, event) => {
      if (event.type !== 'lost') return next
      const end = { how: 'replaced', atMs: event.atMs, sequence: null } as const
      return withAttempts(next, (one) => (one.number === event.attempt ? { ...one, end } : one))
    }),
  },
  {
    name: 'keep-the-slot-of-the-lost',
    seed: 66,
    breaks: 'promise 6: ',
    parts: events((next, event) => {
      if (event.type !== 'lost') return next
      const lost = withAttempts(next, (one) => ({ ...one, lostMs: NEVER_MS }))
      return { ...lost, attempts: { ...lost.attempts, offeredMs: null } }
    }),
  },
  {
    name: 'show-paused-when-requested',
    seed: 110,
    breaks: 'promise 15: ',
    parts: events((next, event) =>
      event.type === 'requested' && event.what === 'pause' ? { ...next, status: 'paused' } : next,
    ),
  },
  {
    name: 'forget-a-rewind',
    seed: 146,
    breaks: 'watcher (delta) ',
    parts: {
      describeEvent: (view, mode, before) => {
        const { cursor, event } = describeEvent(view, mode, before)
        const { rewind: _, ...rest } = event
        return { cursor, event: rest }
      },
    },
  },
  {
    name: 'count-downtime-as-silence',
    seed: 54,
    breaks: 'promise 13: ',
    object: (sound) =>
      class extends sound {
        constructor(ctx: DurableObjectState, bindings: Env) {
          const { storage } = ctx
          if (tablesOf(storage).has('quiet')) {
            const now = Date.now()
            storage.sql.exec('UPDATE quiet SET quiet_ms = quiet_ms + ? - checked_ms, checked_ms = ?', now, now)
          }
          super(ctx, bindings)
        }
        // Nor does it see that its alarm is late.
        override alarm() {
          return super.alarm()
        }
      },
    parts: { alarm: (storage) => new NeverLate(storage) },
  },
  {
    name: 'tell-a-request-once',
    seed: 14,
    breaks: 'promise 16: ',
    object: (sound) =>
      class extends sound {
        #told = 0
        override async report(...[hash, sent]: Parameters<typeof sound.prototype.report>) {
          const answer = await super.report(hash, sent)
          if ('reason' in answer || answer.requested === null) return answer
          const isNews = answer.requested.id > this.#told
          this.#told = answer.requested.id
          return isNews ? answer : { ...answer, requested: null }
        }
      },
  },
  {
    name: 'never-fail-the-given-up',
    seed: 22,
    breaks: 'promise 6: ',
    parts: events((next) =>
      next.attempts.offeredMs === null ? next : { ...next, attempts: { ...next.attempts, waitsUntilMs: NEVER_MS } },
    ),
  },
  {
    name: 'drop-points-on-eviction',
    seed: 2,
    breaks: 'promise 14: ',
    parts: {
      curve: (storage, attempts) => {
        const hasPoints = tablesOf(storage).has('blocks')
        if (hasPoints) storage.sql.exec('DELETE FROM blocks WHERE first = (SELECT max(first) FROM blocks)')
        return new CurveStore(storage, attempts)
      },
    },
  },
  {
    name: 'keep-the-token-of-an-earlier-answer',
    seed: 48,
    breaks: 'promise 13: ',
    parts: events((next, event, before) => {
      // The answer to a repeated claim is good, but so is the one before it.
      if (event.type !== 'claim_repeated') return next
      return withAttempts(next, (one) => before.attempts.all[one.number - 1] ?? one)
    }),
  },
  {
    name: 'never-tell-a-dead-token',
    seed: 92,
    breaks: 'promise 19: ',
    parts: events((next) => withAttempts(next, ({ formerHashes: _, ...one }) => one)),
  },
]
