import { isFinal } from '../../../shared/job-status.ts'
import type { Attempt, AttemptEnd, AttemptEvent, Attempts } from '../attempt.ts'
import type { Job, JobEvent } from '../types.ts'
import { holderOf } from './live.ts'

/** What the events of attempts make of a job. Its status changes with few of them. */

/** The types of the events of attempts. */
export const attemptEvents = {
  offered: true,
  claimed: true,
  opened: true,
  claim_repeated: true,
  claim_expired: true,
  confirmed: true,
  rewound: true,
  planned: true,
  silent: true,
  returned: true,
  stalled: true,
  stall_ended: true,
  lost: true,
  offer_extended: true,
  given_up: true,
  finished: true,
  checkpointed: true,
  requested: true,
  request_withdrawn: true,
  request_seen: true,
  stopping: true,
} satisfies Record<AttemptEvent['type'], true>

/** Whether an event is one of an attempt. */
export const isAttemptEvent = <E extends JobEvent>(event: E): event is E & AttemptEvent => event.type in attemptEvents

/** What an event of an attempt changes of its job. */
export function changeByAttempt(job: Job, event: JobEvent & AttemptEvent): Partial<Job> {
  const attempts = attemptsAfter(job, event)
  switch (event.type) {
    case 'offered':
    case 'claim_expired':
      return { attempts, ...(holderOf(attempts) === null ? { status: 'queued' } : {}) }
    case 'opened':
      return { attempts, status: 'preparing' }
    case 'claimed':
    case 'confirmed':
      // A lost attempt keeps the job's status until its successor is confirmed.
      return event.type === 'claimed' && holderOf(job.attempts) !== null
        ? { attempts }
        : { attempts, status: 'preparing' }
    default:
      return { attempts }
  }
}

function attemptsAfter(job: Job, event: JobEvent & AttemptEvent): Attempts {
  const { attempts } = job
  const { atMs } = event
  /** The attempts with one of them changed. */
  const withAttempt = (number: number, changed: Partial<Attempt>): readonly Attempt[] =>
    attempts.all.map((one) => (one.number === number ? { ...one, ...changed } : one))
  /** One of them has the job from now on: the other live ones are replaced. */
  const heldBy = (number: number, changed: Partial<Attempt>): Attempts => ({
    ...attempts,
    all: endLive(withAttempt(number, changed), 'replaced', atMs, number),
    offeredMs: null,
  })
  const heard = { silentSinceMs: null, stalledSinceMs: null, lostMs: null }

  switch (event.type) {
    case 'offered':
      return { ...attempts, offeredMs: atMs, waitsUntilMs: null, requested: null }
    case 'claimed':
      return { ...attempts, all: [...attempts.all, claimedBy(event)] }
    case 'opened': {
      const { runner, token } = event
      const claim = { type: 'claimed', attempt: 1, runner, claimId: job.id, token, atMs } as const
      return { ...attempts, all: [{ ...claimedBy(claim), confirmedMs: atMs }] }
    }
    case 'claim_repeated': {
      const { repeats = 0, tokenHash = '', formerHashes = [] } = attempts.all[event.attempt - 1] ?? {}
      const tokens = { tokenHash: event.token, formerHashes: [...formerHashes, tokenHash] }
      return { ...attempts, all: withAttempt(event.attempt, { ...tokens, repeats: repeats + 1 }) }
    }
    case 'claim_expired':
      return { ...attempts, all: withAttempt(event.attempt, { isOverdue: true }) }
    case 'confirmed': {
      const { resumedFrom, fromStep } = event
      const confirmed = { confirmedMs: atMs, isOverdue: false, resumedFrom, fromStep }
      return heldBy(event.attempt, confirmed)
    }
    case 'rewound': {
      const { attempt, fromStep, point, dropFrom = fromStep } = event
      const rewinds = [...attempts.rewinds, { revision: job.revision + 1, fromStep: dropFrom, point }]
      return { ...attempts, all: withAttempt(attempt, { fromStep }), rewinds }
    }
    case 'planned':
      return { ...attempts, totalSteps: event.totalSteps, plans: attempts.plans + 1 }
    case 'silent': {
      const { attempt, sinceMs, heardMs } = event
      const known = heardMs === undefined ? {} : { heardMs }
      const all = withAttempt(attempt, { silentSinceMs: sinceMs, stalledSinceMs: null, ...known })
      return { ...attempts, all, silences: attempts.silences + 1 }
    }
    case 'returned': {
      // A runner that has claimed the job meanwhile, and not confirmed, does not get it.
      return heldBy(event.attempt, heard)
    }
    case 'stalled': {
      const all = withAttempt(event.attempt, { stalledSinceMs: event.sinceMs })
      return { ...attempts, all, silences: attempts.silences + 1 }
    }
    case 'stall_ended':
      return { ...attempts, all: withAttempt(event.attempt, { stalledSinceMs: null }) }
    case 'lost': {
      const all = withAttempt(event.attempt, { lostMs: atMs, stalledSinceMs: null })
      return { ...attempts, all, losses: attempts.losses + 1, offeredMs: event.isOffered ? atMs : null }
    }
    case 'offer_extended':
      return { ...attempts, waitsUntilMs: event.untilMs }
    case 'given_up':
      return { ...attempts, all: withAttempt(event.attempt, { end: { how: 'given_up', atMs, sequence: null } }) }
    case 'finished': {
      const { checkpoint, toldMs } = event
      const told = toldMs === undefined ? {} : { toldMs }
      const end = { how: event.outcome, atMs, sequence: event.sequence, ...told }
      const left = checkpoint === undefined ? {} : { checkpoint }
      const all = withAttempt(event.attempt, { ...heard, ...left, end })
      return { ...attempts, ...left, all, offeredMs: null }
    }
    case 'checkpointed': {
      const { attempt, checkpoint } = event
      return { ...attempts, checkpoint, all: withAttempt(attempt, { checkpoint }) }
    }
    case 'requested': {
      const { id, what, graceS, actor } = event
      const requested = { id, what, atMs, by: actor ?? null, graceS, seenMs: null, stoppingMs: null }
      return { ...attempts, requests: id, requested }
    }
    case 'request_withdrawn':
      return { ...attempts, requested: null }
    case 'request_seen':
      return { ...attempts, requested: attempts.requested && { ...attempts.requested, seenMs: atMs } }
    case 'stopping': {
      const { requested } = attempts
      const stopping = requested && { ...requested, seenMs: requested.seenMs ?? atMs, stoppingMs: atMs }
      return { ...attempts, requested: stopping }
    }
  }
}

/** The attempts with all live ones ended, except the one with the number `kept`. */
const endLive = (all: readonly Attempt[], how: AttemptEnd, atMs: number, kept?: number): readonly Attempt[] =>
  all.map((one) => (one.end === null && one.number !== kept ? { ...one, end: { how, atMs, sequence: null } } : one))

const claimedBy = ({ attempt, runner, claimId, token, atMs }: Extract<JobEvent, { type: 'claimed' }>): Attempt => ({
  number: attempt,
  runner,
  claimId,
  tokenHash: token,
  repeats: 0,
  claimedMs: atMs,
  confirmedMs: null,
  isOverdue: false,
  resumedFrom: null,
  fromStep: 0,
  silentSinceMs: null,
  stalledSinceMs: null,
  lostMs: null,
  end: null,
})

/** The attempts of a job that comes to rest: nobody may claim it, nothing is requested, and a final job has no live attempt. */
export function atRest(job: Job, status: Job['status'], atMs: number): Attempts {
  const { attempts } = job
  if (attempts.all.length === 0 && attempts.offeredMs === null) return attempts
  const how = isFinal(status) ? 'overtaken' : 'replaced'
  const all = endLive(attempts.all, how, atMs)
  // A completion keeps the request that it crossed: after one to cancel, the version is not put into use.
  return { ...attempts, all, offeredMs: null, requested: status === 'completed' ? attempts.requested : null }
}
