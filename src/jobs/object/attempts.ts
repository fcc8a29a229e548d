import { CLAIM_CONFIRMED_WITHIN_MS, HEARTBEAT_S, REPORT_UNWATCHED_S, REPORT_WATCHED_S } from '../../platform/limits.ts'
import { log } from '../../platform/log.ts'
import type { Attempt, Checkpoint, RequestKind } from '../rules/attempt.ts'
import { shownCheckpoint } from '../rules/describe-runners.ts'
import type { WordRefusal } from '../rules/refusals.ts'
import { type Dropped, readOutput, readPoints } from '../rules/report.ts'
import type { ShownCheckpoint } from '../rules/shown.ts'
import { type Claim, decideClaim } from '../rules/trainers/claims.ts'
import type { JobOf } from '../rules/trainers/trainer.ts'
import {
  after,
  type CheckedFinish,
  decideFinish,
  decideReport,
  type Finish,
  finishedBefore,
  hear,
  resumePoint,
  speakerOf,
} from '../rules/trainers/words.ts'
import type { Job, JobEvent } from '../rules/types.ts'
import type { Core } from './core.ts'
import type { Contents } from './curve-store.ts'
import { recentOf } from './recent-values.ts'

/** What a claim gets. Durations, no times: the runner's clock may be wrong by hours. */
export type Claimed = {
  attempt: number
  sequence: number
  lease: { ttl_s: number; heartbeat_s: number; confirm_within_s: number }
  resume: ShownCheckpoint | null
}

/** A report as it is sent: its parts may be anything. */
export type SentReport = {
  sequence?: number | undefined
  phase?: 'training' | 'validating' | undefined
  total_steps?: number | undefined
  acknowledged?: number | undefined
  stopping?: number | undefined
  expect_silence_s?: number | undefined
  points?: readonly unknown[] | undefined
  output?: readonly unknown[] | undefined
}

/** The answer to a report. */
export type ReportAnswer = {
  sequence: number
  duplicate: boolean
  dropped: Dropped[]
  requested: { id: number; what: RequestKind; grace_s: number; by: string | null } | null
  lease: { ttl_s: number }
  next_report_s: number
}

const isRunners = (job: Job | null): job is JobOf<'runner'> => job?.trainer.kind === 'runner'
const isReported = (job: Job): job is JobOf<'runner' | 'mlflow'> => job.trainer.kind !== 'simulated'

/** Gives the job to a runner that claims it; `null`: it is not to be had. */
export function claimJob(core: Core, claim: Claim): Claimed | null {
  core.advance()
  const job = core.livingJob
  if (!isRunners(job)) return null
  const event = decideClaim(job, claim, core.now())
  if (event === null) return null
  const claimed = core.commit([event])
  const attempt = claimed.attempts.all.find(({ claimId, end }) => claimId === claim.claimId && end === null)
  if (attempt === undefined) throw new Error('A claim without an attempt')
  const checkpoint: Checkpoint | null = attempt.confirmedMs === null ? resumePoint(claimed) : attempt.resumedFrom
  return {
    attempt: attempt.number,
    sequence: core.curve.stateOf(attempt).sequence,
    lease: {
      ttl_s: job.trainer.lostAfterMs / 1_000,
      heartbeat_s: HEARTBEAT_S,
      confirm_within_s: CLAIM_CONFIRMED_WITHIN_MS / 1_000,
    },
    resume: checkpoint && shownCheckpoint(checkpoint),
  }
}

/** Takes a report of an attempt, or a heartbeat. What it brings and what it decides are one transaction. */
export function takeReport(core: Core, tokenHash: string, sent: SentReport): ReportAnswer | WordRefusal {
  const heard = hearAttempt(core, tokenHash)
  if ('reason' in heard) return heard
  const { attempt, job, events: first } = heard
  const curve = core.curve.stateOf(attempt)
  const answer = (sequence: number, duplicate: boolean, dropped: Dropped[] = []): ReportAnswer => {
    const { requested } = core.job?.attempts ?? job.attempts
    return {
      sequence,
      duplicate,
      dropped,
      requested: requested && {
        id: requested.id,
        what: requested.what,
        grace_s: requested.graceS,
        by: requested.by,
      },
      lease: { ttl_s: job.trainer.lostAfterMs / 1_000 },
      next_report_s: core.watchers.size > 0 ? REPORT_WATCHED_S : REPORT_UNWATCHED_S,
    }
  }
  const brings = [sent.points, sent.output, sent.phase, sent.total_steps].some((part) => part !== undefined)
  if (brings && sent.sequence === undefined) {
    return { reason: 'not_a_report', message: 'A report with content needs a sequence' }
  }
  const isNew = sent.sequence === curve.sequence + 1
  if (sent.sequence !== undefined && sent.sequence > curve.sequence + 1) {
    commitHeard(core, first)
    return { reason: 'sequence_gap', expected: curve.sequence + 1 }
  }
  const now = core.now()
  // Of a repeated report only what was left out is read again, for the same answer.
  const read = brings ? readContents(core, sent, now) : nothing
  const contents = isNew ? unrepeated(core, attempt.number, read.contents) : nothing.contents
  const heardJob = after(job, first)
  const current = heardJob.attempts.all.find(({ number }) => number === attempt.number) ?? attempt
  const report = {
    acknowledged: sent.acknowledged,
    stopping: sent.stopping,
    ...(isNew ? { phase: sent.phase, totalSteps: sent.total_steps } : {}),
    ...contents,
    dropped: read.dropped,
  }
  const { events, dropped } = decideReport(heardJob, current, report, curve, now)
  const number = sent.sequence
  if (isNew && number !== undefined) {
    core.record([...first, ...events], attempt.number, number, contents)
  } else commitHeard(core, [...first, ...events])
  if (sent.expect_silence_s !== undefined)
    core.presence.excuse(attempt.number, now + Math.round(sent.expect_silence_s * 1_000))
  return answer(isNew && number !== undefined ? number : curve.sequence, sent.sequence !== undefined && !isNew, dropped)
}

/** An attempt that has ended by its own word, now or before. `dropped`: what of that word was left out. */
export type Finished = { claimId: string; dropped: Dropped[] }

/** Ends an attempt by its own word. */
export function finishAttempt(core: Core, tokenHash: string, finish: Finish): WordRefusal | Finished {
  core.advance()
  const before = core.job && finishedBefore(core.job, tokenHash, finish)
  const now = core.now()
  const last = finish.metrics === undefined ? nothing : readLast(core, finish.metrics, now)
  if (before) return { claimId: before.claimId, dropped: [...notLeft(before, finish), ...last.dropped] }
  const heard = hearAttempt(core, tokenHash)
  if ('reason' in heard) return heard
  const { attempt, job, events } = heard
  const { sequence } = core.curve.stateOf(attempt)
  if (finish.sequence !== sequence + 1) {
    commitHeard(core, events)
    return { reason: 'sequence_gap', expected: sequence + 1 }
  }
  const decided = [...events, ...decideFinish(after(job, events), attempt, withRegistered(core, finish), now)]
  if (finish.metrics === undefined) core.commit(decided)
  else core.record(decided, attempt.number, finish.sequence, last.contents)
  const ended = core.job?.attempts.all[attempt.number - 1] ?? attempt
  return { claimId: attempt.claimId, dropped: [...notLeft(ended, finish), ...last.dropped] }
}

/** A finish is never lost for its checkpoint: one that is not registered, from which nobody could go on, is left out. */
function withRegistered({ artifacts, job }: Core, { checkpoint, ...finish }: Finish): CheckedFinish {
  if (checkpoint === undefined) return finish
  if (artifacts.isRegistered(checkpoint)) return { ...finish, checkpoint }
  log('warn', 'checkpoint_not_registered', { job_id: job?.id, path: checkpoint.path })
  return { ...finish, ignored: checkpoint }
}

/** The checkpoint of a finish, if the attempt that has ended so has not left it. */
function notLeft({ checkpoint: left }: Attempt, { checkpoint }: Finish): Dropped[] {
  if (checkpoint === undefined || (left?.path === checkpoint.path && left.step === checkpoint.step)) return []
  return [{ part: 'checkpoint', why: 'Not registered; the job keeps the last one that is' }]
}

/** Reads the last values of a finish, a point at the highest step. */
function readLast({ curve }: Core, metrics: unknown, nowMs: number): { contents: Contents; dropped: Dropped[] } {
  const { points, dropped } = readPoints([{ step: curve.step ?? 0, metrics }], curve.room, nowMs)
  return {
    contents: { points, lines: [] },
    dropped: dropped.map(({ index: _, ...one }) => ({ ...one, part: 'metrics' })),
  }
}

/** The attempt that speaks, and what follows from its being heard. */
export function hearAttempt(core: Core, tokenHash: string) {
  core.advance()
  const { job } = core
  if (job === null) {
    const over: WordRefusal = { reason: 'attempt_over', why: 'deleted' }
    return core.store.deletedMs === null ? ({ reason: 'token_unknown' } satisfies WordRefusal) : over
  }
  if (job.deleted) return { reason: 'attempt_over', why: 'deleted' } satisfies WordRefusal
  const attempt = speakerOf(job, tokenHash)
  if ('reason' in attempt) return attempt
  return isReported(job) ? hearSpeaker(core, job, attempt) : ({ reason: 'token_unknown' } satisfies WordRefusal)
}

/** Takes note that an attempt was heard. @returns what follows from that */
export function hearSpeaker(core: Core, job: JobOf<'runner' | 'mlflow'>, attempt: Attempt) {
  const events = hear(job, attempt, core.curve.stateOf(attempt), core.now())
  core.presence.hear(attempt.number, core.now())
  return { attempt, job, events }
}

function commitHeard(core: Core, events: readonly JobEvent[]): void {
  if (events.length > 0) core.commit(events)
}

/** Without the values that a client in the process has reported already, if there is one. */
function unrepeated(core: Core, attempt: number, { points, lines }: Contents): Contents {
  if (!core.runs.exists) return { points, lines }
  const fresh = points.flatMap((point) => {
    const { step, timestampMs } = point
    const values = Object.entries(point.metrics).map(([name, value]) => ({ name, value, step, timestampMs }))
    const kept = recentOf(core, attempt).fresh(values, 'runner', core.now())
    return kept.length === 0
      ? []
      : { ...point, metrics: Object.fromEntries(kept.map(({ name, value }) => [name, value])) }
  })
  return { points: fresh, lines }
}

const nothing: { contents: Contents; dropped: Dropped[] } = { contents: { points: [], lines: [] }, dropped: [] }

function readContents(core: Core, { points = [], output = [] }: SentReport, nowMs: number) {
  const readPoint = readPoints(points, core.curve.room, nowMs)
  const readLines = readOutput(output, nowMs)
  return {
    contents: { points: readPoint.points, lines: readLines.lines },
    dropped: [...readPoint.dropped, ...readLines.dropped],
  }
}
