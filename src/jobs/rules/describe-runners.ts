import { MAX_ATTEMPTS_DEFAULT } from '../../platform/limits.ts'
import type { JobCondition } from '../../shared/job-conditions.ts'
import { isFinal } from '../../shared/job-status.ts'
import { isBetterLow } from '../../shared/metric-names.ts'
import { metricValueOf } from '../../shared/metric-value.ts'
import { timestamp } from '../../shared/timestamp.ts'
import type { Attempt, Checkpoint } from './attempt.ts'
import type { AttemptRecord, RunnersPart, ShownCheckpoint, StreamEvent } from './shown.ts'
import { trainerOf } from './trainers/index.ts'
import { claimOf, holderOf, shownAttempt } from './trainers/live.ts'
import { resumePoint } from './trainers/words.ts'
import type { CurveSummary, Job, View } from './types.ts'

/** What the API shows of a job's runners. Of a simulated job: what it waits for, and nothing. */
export function runnersOf({ job, summary, run }: View): RunnersPart {
  const { requested } = job.attempts
  const attempt = shownAttempt(job.attempts)
  const checkpoint = resumePoint(job)
  return {
    waiting_for: waitingFor(job),
    offered_at: timestamp(job.attempts.offeredMs),
    waits_until: timestamp(waitsUntilMs(job)),
    requested:
      requested === null || isFinal(job.status)
        ? null
        : {
            id: requested.id,
            what: requested.what,
            at: timestamp(requested.atMs),
            by: requested.by,
            grace_s: requested.graceS,
            seen_at: timestamp(requested.seenMs),
            stopping_at: timestamp(requested.stoppingMs),
          },
    attempt: attempt && {
      number: attempt.number,
      runner: attempt.runner,
      claimed_at: timestamp(attempt.claimedMs),
      heard_at: timestamp(heardMs(attempt, summary)),
      progressed_at: timestamp(summary.progressedMs),
      silent_since: timestamp(attempt.silentSinceMs),
      stalled_since: timestamp(attempt.stalledSinceMs),
      lost_at: timestamp(attempt.lostMs),
      lost_after_s: job.trainer.kind === 'simulated' ? 0 : job.trainer.lostAfterMs / 1_000,
      resumed_from_step: attempt.resumedFrom?.step ?? null,
      ended: attempt.end?.how ?? null,
    },
    params: { ...job.params },
    max_attempts: job.maxAttempts ?? MAX_ATTEMPTS_DEFAULT,
    losses: job.attempts.losses,
    checkpoint: checkpoint && shownCheckpoint(checkpoint),
    summary: summaryOf(summary),
    run_params: { ...run.params },
    run_tags: { ...run.tags },
    values_not_stored: run.notStored,
  }
}

/**
 * When an attempt was last heard, as far as is known: a heartbeat is only in the memory of the job's object. Of one that has
 * ended, only what is stored counts, so that a finished job is always shown the same: its end, or values that came after it.
 */
function heardMs(attempt: Attempt, { heardMs, receivedMs }: CurveSummary): number | null {
  const { confirmedMs, end } = attempt
  if (confirmedMs === null) return null
  if (end !== null && end.sequence !== null) return Math.max(end.atMs, receivedMs ?? 0)
  return Math.max(confirmedMs, attempt.heardMs ?? 0, receivedMs ?? 0, end === null ? (heardMs ?? 0) : 0)
}

/** When a job fails that nobody takes or is heard of until then; `null`: it does not wait so. */
function waitsUntilMs(job: Job): number | null {
  const next = job.trainer.kind === 'simulated' ? null : trainerOf(job).next(job)
  return next?.type === 'failed' ? next.atMs : null
}

/** What a job waits for that neither trains nor has ended; also a lost one that another runner may take. */
function waitingFor({ status, attempts, awaitsSlot, trainer }: Job): 'slot' | 'runner' | null {
  if (awaitsSlot !== null) return 'slot'
  // A runner has just taken it, and is waited for.
  if (holderOf(attempts) === null && claimOf(attempts)?.isOverdue === false) return null
  if (attempts.offeredMs !== null) return 'runner'
  if (holderOf(attempts)?.lostMs != null) return trainer.kind === 'runner' ? 'runner' : null
  return status === 'queued' || (status === 'preparing' && trainer.kind === 'runner' && attempts.all.length === 0)
    ? 'slot'
    : null
}

/** What is the matter with a job. */
export function conditionsOf(job: Job): JobCondition[] {
  const holder = holderOf(job.attempts)
  return [
    ...(waitingFor(job) === null ? [] : (['waiting'] as const)),
    ...(holder?.silentSinceMs == null ? [] : (['silent'] as const)),
    ...(holder?.stalledSinceMs == null ? [] : (['stalled'] as const)),
  ]
}

/** The values of each metric. Best: the lowest of what should fall, else the highest. */
const summaryOf = ({ metrics }: CurveSummary): RunnersPart['summary'] =>
  Object.fromEntries(
    Object.entries(metrics).map(([name, { latest, lowest, highest }]) => [
      name,
      {
        latest: metricValueOf(latest),
        lowest: metricValueOf(lowest),
        highest: metricValueOf(highest),
        best: metricValueOf(isBetterLow(name) ? lowest : highest),
      },
    ]),
  )

/** What an event of a stream says of runners: nothing of a simulated job, so that its events stay as they are. */
export function attemptInEvent({ job, summary }: View): Partial<StreamEvent> {
  if (job.trainer.kind === 'simulated') return {}
  const { requested } = job.attempts
  const attempt = shownAttempt(job.attempts)
  const holder = holderOf(job.attempts)
  const waits = waitingFor(job)
  const silentSince = timestamp(holder?.silentSinceMs ?? null)
  const stalledSince = timestamp(holder?.stalledSinceMs ?? null)
  return {
    ...(attempt === null ? {} : { attempt: attempt.number }),
    ...(waits === null ? {} : { waiting_for: waits }),
    ...(requested === null || isFinal(job.status)
      ? {}
      : {
          requested: {
            id: requested.id,
            what: requested.what,
            seen: requested.seenMs !== null,
            stopping: requested.stoppingMs !== null,
          },
        }),
    ...(silentSince === null ? {} : { silent_since: silentSince }),
    ...(stalledSince === null ? {} : { stalled_since: stalledSince }),
    ...(summary.lines === 0 ? {} : { output_lines: summary.lines }),
  }
}

export const shownCheckpoint = ({ step, path }: Checkpoint): ShownCheckpoint => ({ step, checkpoint: path })

/** An attempt as the list of attempts shows it. `steps`: what it has reported. */
export const attemptRecord = (
  attempt: Attempt,
  steps: { from: number | null; to: number | null; supersededFrom: number | null },
): AttemptRecord => ({
  number: attempt.number,
  runner: attempt.runner,
  claimed_at: timestamp(attempt.claimedMs),
  confirmed_at: timestamp(attempt.confirmedMs),
  ended: attempt.end?.how ?? null,
  ended_at: timestamp(attempt.end?.atMs ?? null),
  resumed_from: attempt.resumedFrom && shownCheckpoint(attempt.resumedFrom),
  checkpoint: attempt.checkpoint === undefined ? null : shownCheckpoint(attempt.checkpoint),
  from_step: steps.from,
  to_step: steps.to,
  superseded_from: steps.supersededFrom,
})
