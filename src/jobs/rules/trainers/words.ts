import {
  MAX_ATTEMPTS_DEFAULT,
  PHASES_MAX,
  PLANS_MAX,
  REWINDS_MAX,
  RUNNER_SILENT_AFTER_MS,
  SILENCES_MAX,
} from '../../../platform/limits.ts'
import type { Attempt, AttemptEnd, Checkpoint } from '../attempt.ts'
import { evolve } from '../job.ts'
import type { WordRefusal } from '../refusals.ts'
import type { Report } from '../report.ts'
import { hasStep } from '../stepless.ts'
import type { Job, JobEvent, Point } from '../types.ts'
import { holderOf } from './live.ts'
import { whatWasRequested } from './runner.ts'
import type { JobOf } from './trainer.ts'

/** What the words of an attempt lead to, and their absence. */

type RunnerJob = JobOf<'runner' | 'mlflow'>

/** What the decisions need to know of the curve. */
export type CurveState = {
  /** Its length. */
  points: number
  /** The last sequence number that was committed of the attempt. */
  sequence: number
  /** The number of the attempt's first point, or of the next one. */
  firstPoint: number
  /** The highest step that is in force of the attempts before this one; `null`: there is none. */
  highestBefore: number | null
  /** The lowest step that the attempt has reported, and that any has; `null`: none yet. */
  lowest: number | null
  lowestOfAll: number | null
}

/** How an attempt ends by its own word. */
export type Outcome = Extract<AttemptEnd, 'completed' | 'failed' | 'paused' | 'cancelled' | 'released'>

export type Finish = {
  sequence: number
  outcome: Outcome
  errorMessage?: string
  exitStatus?: number
  signal?: string
  checkpoint?: Checkpoint
  /** Last values, for the highest step; may be anything, as in a report. */
  metrics?: unknown
}

/** `checkpoint` is registered; one that was named and is not is `ignored`. */
export type CheckedFinish = Finish & { ignored?: Checkpoint }

const overBecause = { replaced: 'replaced', given_up: 'given-up' } as const

/**
 * The attempt that speaks with a token, or why its word counts no more. The token of an earlier answer to a claim is unknown
 * while the attempt lives, so that it cannot end what the newer one began; after that it is told the end.
 */
export function speakerOf(job: Job, tokenHash: string): Attempt | WordRefusal {
  const attempt = job.attempts.all.find(
    (one) => one.tokenHash === tokenHash || (one.end !== null && one.formerHashes?.includes(tokenHash)),
  )
  if (attempt === undefined) return { reason: 'token_unknown' }
  if (attempt.end === null) return attempt
  const why =
    attempt.end.how === 'replaced' || attempt.end.how === 'given_up' ? overBecause[attempt.end.how] : 'finished'
  return { reason: 'attempt_over', why }
}

/** The attempt, if it has finished so already: then the same answer is given again. */
export const finishedBefore = (job: Job, tokenHash: string, { outcome, sequence }: Finish): Attempt | undefined =>
  job.attempts.all.find(
    ({ tokenHash: known, end }) => known === tokenHash && end?.how === outcome && end.sequence === sequence,
  )

/** What follows from an attempt being heard: its first word confirms it, any other ends its silence. */
export function hear(
  job: RunnerJob,
  { number, confirmedMs, ...attempt }: Attempt,
  curve: CurveState,
  nowMs: number,
): JobEvent[] {
  const atMs = Math.max(nowMs, job.loggedMs)
  if (confirmedMs !== null) {
    return attempt.silentSinceMs === null && attempt.lostMs === null
      ? []
      : [{ type: 'returned', attempt: number, atMs }]
  }
  const resumedFrom = resumePoint(job)
  const fromStep = resumedFrom === null ? 0 : resumedFrom.step + 1
  const confirmed: JobEvent = { type: 'confirmed', attempt: number, resumedFrom, fromStep, atMs }
  const { points, highestBefore } = curve
  if (highestBefore === null || highestBefore < fromStep) return [confirmed]
  return [confirmed, { type: 'rewound', attempt: number, fromStep, point: points, atMs }]
}

/** From where the next attempt goes on; `null`: from the beginning. */
export const resumePoint = ({ attempts, resumeFrom }: Job): Checkpoint | null =>
  attempts.checkpoint ?? resumeFrom?.checkpoint ?? null

/** The events of a report with new content, and what of it is not taken. The attempt was heard before. */
export function decideReport(job: RunnerJob, attempt: Attempt, report: Report, curve: CurveState, nowMs: number) {
  const atMs = Math.max(nowMs, job.loggedMs)
  const events: JobEvent[] = []
  const dropped = [...report.dropped]
  const { requested, totalSteps, plans } = job.attempts
  const isOurs = (id: number | undefined) => requested !== null && requested.id === id
  if (isOurs(report.stopping)) {
    if (requested?.stoppingMs === null) events.push({ type: 'stopping', id: requested.id, atMs })
  } else if (isOurs(report.acknowledged) && requested?.seenMs === null) {
    events.push({ type: 'request_seen', id: requested.id, atMs })
  }
  if (report.totalSteps !== undefined && report.totalSteps !== totalSteps) {
    if (plans < PLANS_MAX) events.push({ type: 'planned', totalSteps: report.totalSteps, atMs })
    else dropped.push({ part: 'total_steps', why: `Announced more than ${PLANS_MAX} times` })
  }
  const mayChangePhase = job.runs.length < PHASES_MAX
  if (report.phase !== undefined && !mayChangePhase) {
    dropped.push({ part: 'phase', why: `Changed more than ${PHASES_MAX} times` })
  }
  const moves = report.points.length > 0 || report.lines.length > 0
  if (attempt.stalledSinceMs !== null && moves) events.push({ type: 'stall_ended', attempt: attempt.number, atMs })
  events.push(
    ...rewind(job, attempt, report.points, curve, atMs),
    ...(mayChangePhase ? phaseEvents(job, report, atMs) : []),
  )
  return { events, dropped }
}

function phaseEvents({ status, validatedMs }: Job, { phase, points }: Report, atMs: number): JobEvent[] {
  if (validatedMs !== null) return []
  const trains = phase === 'training' || (status === 'preparing' && points.length > 0)
  const started: JobEvent[] = trains && status !== 'training' ? [{ type: 'training_started', atMs }] : []
  if (phase !== 'validating' || status === 'validating') return started
  return [...started, { type: 'validation_started', atMs }]
}

/**
 * Where an attempt reports a lower step than the one it went on from, points from there on of earlier attempts are superseded.
 * Step 0 alone does not count, since clients send it for "no step"; nor do negative steps, nor points of `system/` alone.
 */
function rewind(job: Job, attempt: Attempt, points: readonly Point[], curve: CurveState, atMs: number): JobEvent[] {
  const steps = points.filter(hasStep).map(({ step }) => step)
  // Also where an earlier report went below without superseding anything.
  const lowest = Math.min(attempt.fromStep, ...[...steps, curve.lowest ?? 0].filter((step) => step > 0))
  const initial = attempt.resumedFrom === null ? 0 : attempt.resumedFrom.step + 1
  const isBelow = lowest < initial
  let fromStep = isBelow && (steps.includes(0) || curve.lowest === 0) ? 0 : lowest
  if (fromStep >= attempt.fromStep || curve.highestBefore === null || curve.highestBefore < fromStep) return []
  if (job.attempts.rewinds.length >= REWINDS_MAX) fromStep = 0
  const rewound = { type: 'rewound', attempt: attempt.number, fromStep, atMs } as const
  // Watchers hold points of this attempt that they would not drop, and must not get twice: they get the whole curve again.
  const isHeldBelow = curve.lowest !== null && curve.lowest < fromStep
  return [
    isHeldBelow && curve.lowestOfAll !== null
      ? { ...rewound, point: 0, dropFrom: curve.lowestOfAll }
      : { ...rewound, point: curve.firstPoint },
  ]
}

/** The events of a finish that is in sequence. The attempt was heard before. */
export function decideFinish(job: RunnerJob, { number }: Attempt, finish: CheckedFinish, nowMs: number): JobEvent[] {
  const atMs = Math.max(nowMs, job.loggedMs)
  const { outcome, sequence, checkpoint, ignored, exitStatus, signal } = finish
  const finished: JobEvent = {
    type: 'finished',
    attempt: number,
    outcome,
    sequence,
    atMs,
    ...(checkpoint === undefined ? {} : { checkpoint }),
    ...(ignored === undefined ? {} : { ignored }),
    ...(exitStatus === undefined ? {} : { exitStatus }),
    ...(signal === undefined ? {} : { signal }),
  }
  return [finished, ...whatFollows(job, finish, atMs)]
}

function whatFollows(job: RunnerJob, { outcome, errorMessage }: Finish, atMs: number): JobEvent[] {
  switch (outcome) {
    case 'completed':
      return [
        ...(job.status === 'validating' ? [] : [{ type: 'validation_started', atMs } as const]),
        { type: 'validated', atMs },
      ]
    case 'failed':
      return [{ type: 'failed', message: errorMessage ?? 'The training failed', atMs }]
    case 'cancelled':
      return [{ type: 'cancelled', atMs }]
    case 'paused':
      // A cancel that came after the pause which the runner has carried out: the process is gone all the same.
      return job.attempts.requested?.what === 'cancel' ? [{ type: 'cancelled', atMs }] : [{ type: 'paused', atMs }]
    case 'released':
      return [whatWasRequested(job as JobOf<'runner'>, atMs)]
  }
}

/**
 * What follows from not hearing a live attempt for so long while Stellwerk was there to hear it.
 *
 * @param heardMs when it was last heard, Unix ms; `null`: that is no longer known
 */
export function missWords(job: RunnerJob, quietMs: number, nowMs: number, heardMs: number | null = null): JobEvent[] {
  const attempt = holderOf(job.attempts)
  if (attempt === null || job.validatedMs !== null) return []
  const atMs = Math.max(nowMs, job.loggedMs)
  const { number, runner } = attempt
  const known = heardMs === null ? {} : { heardMs }
  const silent: JobEvent[] =
    attempt.silentSinceMs === null ? [{ type: 'silent', attempt: number, sinceMs: atMs - quietMs, ...known, atMs }] : []
  if (quietMs >= job.trainer.lostAfterMs && attempt.lostMs === null) {
    const isOffered =
      job.trainer.kind === 'runner' && job.attempts.losses + 1 < (job.maxAttempts ?? MAX_ATTEMPTS_DEFAULT)
    // A lost attempt is silent too, even if both are noticed at once.
    const lost: JobEvent[] = [...silent, { type: 'lost', attempt: number, isOffered, atMs }]
    if (job.attempts.requested === null) return lost
    // It can no longer acknowledge what was requested.
    const message = `Lost with a request open; the process of ${runner} may still run`
    return [
      ...lost,
      { type: 'given_up', attempt: number, message, atMs },
      whatWasRequested(job as JobOf<'runner'>, atMs),
    ]
  }
  const isUnusual = job.trainer.kind === 'runner' && quietMs >= RUNNER_SILENT_AFTER_MS
  return isUnusual && job.attempts.silences < SILENCES_MAX ? silent : []
}

/** What follows from an attempt that is heard, but has neither a new step nor output since so long. */
export function missProgress(job: RunnerJob, sinceMs: number, nowMs: number): JobEvent[] {
  const attempt = holderOf(job.attempts)
  if (job.trainer.kind !== 'runner' || attempt === null) return []
  if (attempt.stalledSinceMs !== null || attempt.silentSinceMs !== null) return []
  if (job.validatedMs !== null || job.attempts.silences >= SILENCES_MAX) return []
  return [{ type: 'stalled', attempt: attempt.number, sinceMs, atMs: Math.max(nowMs, job.loggedMs) }]
}

/** The job after some events. */
export const after = <J extends Job>(job: J, events: readonly JobEvent[]): J =>
  events.reduce<Job>((current, event) => evolve(current, event), job) as J
