import { ALARM_LATE_MS, CLAIM_CONFIRMED_WITHIN_MS, ESTIMATE_MAX_MS, PAUSES_MAX } from '../../../platform/limits.ts'
import { isFinal } from '../../../shared/job-status.ts'
import type { RequestKind } from '../attempt.ts'
import type { JobEvent, Progress, Recorded, Run } from '../types.ts'
import { claimOf, holderOf, shownAttempt } from './live.ts'
import type { JobOf, TrainerRules } from './trainer.ts'

type Job = JobOf<'runner'>
type ReportedJob = JobOf<'runner' | 'mlflow'>

/** A trainer that is a program on some machine: it claims the job, and reports. Nothing moves by the clock alone. */
export const runner: TrainerRules<'runner'> = {
  start: (_, atMs) => [{ type: 'offered', atMs }],
  next,
  overdue,
  mayBePaused: ({ status, attempts, validatedMs }) =>
    status === 'preparing' ||
    status === 'training' ||
    (status === 'queued' && attempts.offeredMs !== null) ||
    (status === 'validating' && validatedMs === null),
  pause: (job, atMs, graceS) => {
    const abandoned = withoutRunner(job, atMs)
    if (abandoned !== null) return [...abandoned, { type: 'paused', atMs }]
    if (job.attempts.requested?.what === 'cancel') return { reason: 'cancel_requested' }
    if (job.attempts.requests >= PAUSES_MAX) return { reason: 'paused_too_often' }
    return request(job, 'pause', atMs, graceS)
  },
  withdrawPause: ({ attempts }, atMs) => {
    const { requested } = attempts
    // A finished job keeps the request that its completion crossed.
    const isOpen = holderOf(attempts) !== null && requested?.what === 'pause' && requested.stoppingMs === null
    return isOpen ? [{ type: 'request_withdrawn', id: requested.id, atMs }] : { reason: 'not_paused' }
  },
  cancel: (job, atMs, graceS) => {
    const abandoned = withoutRunner(job, atMs)
    return abandoned === null ? request(job, 'cancel', atMs, graceS) : [...abandoned, { type: 'cancelled', atMs }]
  },
  giveUp: (job, atMs) => {
    const holder = holderOf(job.attempts)
    if (holder === null || job.validatedMs !== null) return { reason: 'no_attempt' }
    const message = `Given up; the process of ${holder.runner} may still run`
    return [{ type: 'given_up', attempt: holder.number, message, atMs }, whatWasRequested(job, atMs)]
  },
  resumed: ({ attempts }, atMs) => ({ status: 'queued', attempts: { ...attempts, offeredMs: atMs } }),
  ...asReported(),
}

/** What a trainer of any kind has in common that reports: all that is shown of it is what it said. */
export function asReported() {
  return {
    activeMs,
    curve: (_: unknown, __: number, { curve }: Recorded) => curve,
    progress,
    modelSizeMb: () => 0,
    movesByClock: false,
  }
}

/**
 * What precedes a command to a job of which no runner can be asked, since it has none, or has lost it: that one is given up,
 * by Stellwerk. `null`: its runner is to be asked.
 */
function withoutRunner({ attempts }: Job, atMs: number): JobEvent[] | null {
  const holder = holderOf(attempts)
  if (holder === null) return []
  if (holder.lostMs === null) return null
  const message = `Lost before the job was to stop; the process of ${holder.runner} may still run`
  return [{ type: 'given_up', attempt: holder.number, message, atMs }]
}

/** A request is a level, not an edge: the same one again changes nothing. */
const request = ({ attempts }: Job, what: RequestKind, atMs: number, graceS: number): JobEvent[] =>
  attempts.requested?.what === what ? [] : [{ type: 'requested', id: attempts.requests + 1, what, graceS, atMs }]

/** What becomes of a job that was taken from its runner: what was requested of that, or it is offered again. */
export function whatWasRequested({ attempts: { requested } }: Job, atMs: number): JobEvent {
  if (requested === null) return { type: 'offered', atMs }
  return requested.what === 'pause' ? { type: 'paused', atMs } : { type: 'cancelled', atMs }
}

function next(job: Job): JobEvent | null {
  const { status, attempts, validatedMs, trainer } = job
  if (isFinal(status) || status === 'paused' || validatedMs !== null) return null
  const claim = claimOf(attempts)
  if (claim !== null && !claim.isOverdue) {
    return { type: 'claim_expired', attempt: claim.number, atMs: claim.claimedMs + CLAIM_CONFIRMED_WITHIN_MS }
  }
  const sinceMs = attempts.offeredMs ?? holderOf(attempts)?.lostMs ?? null
  if (sinceMs === null) return null
  const hours = Math.round(trainer.givenUpAfterMs / 360_000) / 10
  const message = attempts.all.some(({ confirmedMs }) => confirmedMs !== null)
    ? `No runner has taken the job over, and its last one has not been heard of, for ${hours} h`
    : `No runner has taken the job for ${hours} h`
  return { type: 'failed', message, atMs: Math.max(sinceMs + trainer.givenUpAfterMs, attempts.waitsUntilMs ?? 0) }
}

/** Nothing is given up in the first lease period after Stellwerk was away: no runner could have taken the job meanwhile. */
function overdue({ trainer }: Job, milestone: JobEvent, nowMs: number): JobEvent {
  return milestone.type === 'failed' && nowMs - milestone.atMs > ALARM_LATE_MS
    ? { type: 'offer_extended', untilMs: nowMs + trainer.lostAfterMs, atMs: nowMs }
    : milestone
}

/**
 * While nobody hears an attempt, nobody knows whether it trains: the time since counts once it has come back, and never if it is
 * given up or replaced.
 */
function activeMs({ status, activeMs: before, runs, attempts }: ReportedJob, nowMs: number): number {
  const run = runs.at(-1)
  if (status !== 'training' || run === undefined) return before
  const silentSinceMs = attempts.all.findLast(({ confirmedMs }) => confirmedMs !== null)?.silentSinceMs ?? nowMs
  return before + Math.max(0, Math.min(nowMs, silentSinceMs) - run.startedMs)
}

/**
 * Of what was reported. The rest is estimated from the pace of the attempt until the last point, so that it changes with points
 * only. Nobody knows how long it takes to evaluate and to save after the last step, nor how long a runner is silent or stalled.
 */
function progress(job: ReportedJob, nowMs: number, { summary }: Recorded): Progress {
  const { totalSteps } = job.attempts
  // Negative steps are points of the curve, and no progress.
  const step = Math.max(0, summary.step ?? 0)
  const isOver = isFinal(job.status)
  const stepsLeft = totalSteps === null || summary.step === null ? 0 : totalSteps - 1 - step
  const stepMs = summary.receivedMs === null ? null : paceOf(job, step, Math.min(nowMs, summary.receivedMs))
  const estimateMs = stepsLeft > 0 && stepMs !== null ? Math.round(stepMs * stepsLeft) : null
  const remainingMs = estimateMs !== null && estimateMs <= ESTIMATE_MAX_MS ? estimateMs : null
  const isRunning = job.status === 'training' && summary.receivedMs !== null && remainingMs !== null
  return {
    step,
    totalSteps,
    epoch: summary.epoch,
    activeMs: activeMs(job, nowMs),
    remainingMs: isOver ? 0 : remainingMs,
    expectedEndMs: isRunning ? (summary.receivedMs ?? 0) + remainingMs : null,
    latest: Object.fromEntries(Object.entries(summary.metrics).map(([name, { latest }]) => [name, latest])),
  }
}

/** How long the last attempt took for a step until a moment, ms; `null`: unknown, or it does not go on like this. */
function paceOf(job: ReportedJob, step: number, atMs: number): number | null {
  const attempt = shownAttempt(job.attempts)
  if (attempt?.confirmedMs == null) return null
  const { confirmedMs, fromStep, silentSinceMs, stalledSinceMs, lostMs } = attempt
  if ((silentSinceMs ?? stalledSinceMs ?? lostMs) !== null) return null
  const run = firstSince(job, confirmedMs)
  const trainedMs = run === undefined ? 0 : activeMs(job, atMs) - run.activeMsBefore
  const steps = step + 1 - fromStep
  return trainedMs > 0 && steps > 0 ? trainedMs / steps : null
}

const firstSince = ({ runs }: Pick<Job, 'runs'>, ms: number) => runs.find(({ startedMs }) => startedMs >= ms)

/** The runs from which the pace of a job in training follows: the first of its attempt, and the current one. */
export function runsOfPace(job: Pick<Job, 'runs' | 'attempts'>): Run[] {
  const first = firstSince(job, shownAttempt(job.attempts)?.confirmedMs ?? Number.POSITIVE_INFINITY)
  return [...new Set([first, job.runs.at(-1)])].filter((run) => run !== undefined)
}
