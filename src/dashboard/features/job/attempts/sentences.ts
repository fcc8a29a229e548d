import type { JobSnapshot } from '../../../../client/index.ts'
import { isFinal } from '../../../../shared/job-status.ts'
import { actorNamed } from '../../../domain/actor.ts'
import { type Condition, conditionOf } from '../../../domain/condition.ts'
import { formatCount, formatDateTime } from '../../../i18n/format.ts'
import { formatRunning } from '../../../i18n/format-running.ts'
import { t } from '../../../i18n/text.ts'
import type { JobState } from '../../../live/state.ts'

/** What is so of a job and its runner at a moment: the most important in a headline, and what follows from it. */
export type Situation = { headline: string; details: string[] }

/** What the sentences are about. `step`: the last that was reported; `null`: unknown. */
export type Told = { job: JobSnapshot; status: JobState['status']; step: number | null }

type Attempt = NonNullable<JobSnapshot['attempt']>

/** What the page says of a job that runners train. `null`: no more than its status. */
export function situationOf(told: Told, nowMs: number): Situation | null {
  const { job, status } = told
  const { attempt } = job
  const condition = conditionOf(job, status)
  if (condition === 'waits') return { headline: t('attempts.waits', waitedFor(job, nowMs)), details: whatFollows(job) }
  if (attempt === null) return null
  if (condition !== null) return holders[condition]({ ...told, attempt }, nowMs)
  if (attempt.ended === 'given_up') return { headline: t('attempts.givenUp', { runner: attempt.runner }), details: [] }
  return status === 'paused' && job.trainer === 'runner' ? paused(told) : null
}

/** How long a job has been waiting for a runner, for a text. */
export const waitedFor = ({ offered_at }: JobSnapshot, nowMs: number) => ({ time: since(offered_at, nowMs) })

/** Of a job that nobody has had, it goes without saying that it starts from the beginning. */
const whatFollows = (job: JobSnapshot): string[] => [
  ...(job.attempt === null && job.checkpoint === null ? [] : [nextBegins(job)]),
  ...unlessTaken(job),
]

/** From where the next attempt at a job goes on. */
export const nextBegins = ({ checkpoint }: JobSnapshot): string =>
  checkpoint === null ? t('attempts.startsOver') : t('attempts.resumesFrom', { step: checkpoint.step })

const unlessTaken = ({ waits_until }: JobSnapshot): string[] =>
  waits_until === null ? [] : [t('attempts.failsAt', { at: formatDateTime(waits_until) })]

type Held = Told & { attempt: Attempt }

/** By condition, of a job that a runner has, or has claimed. */
const holders: Record<Exclude<Condition, 'waits'>, (held: Held, nowMs: number) => Situation> = {
  claimed: ({ attempt: { runner, claimed_at } }, nowMs) => ({
    headline: t('attempts.claimed', { runner, time: since(claimed_at, nowMs) }),
    details: [t('attempts.claimedText')],
  }),
  lost: (held, nowMs) => ({ headline: lostText(held, nowMs), details: afterLoss(held) }),
  silent: (held, nowMs) => (held.job.trainer === 'mlflow' ? scriptSilent(held, nowMs) : runnerSilent(held, nowMs)),
  stalled: ({ attempt }, nowMs) => ({
    headline: t('attempts.stalled', { time: since(attempt.stalled_since, nowMs) }),
    details: [],
  }),
  pausing: (held, nowMs) => requestSituation(held, nowMs),
  cancelling: (held, nowMs) => requestSituation(held, nowMs),
}

function lostText({ attempt: { runner, silent_since }, step }: Held, nowMs: number): string {
  const facts = { runner, time: since(silent_since, nowMs) }
  return step === null ? t('attempts.lost', facts) : t('attempts.lostAtStep', { ...facts, step })
}

function afterLoss({ job, attempt: { runner } }: Held): string[] {
  const fails = job.waits_until === null ? [] : [t('attempts.failsUnheard', { at: formatDateTime(job.waits_until) })]
  if (job.waiting_for === null) return [t('attempts.offerClaimed'), nextBegins(job)]
  if (job.offered_at === null) return [t('attempts.offeredNoMore', { count: job.losses, runner }), ...fails]
  return [t('attempts.offered', { runner }), nextBegins(job), ...unlessTaken(job)]
}

function runnerSilent(held: Held, nowMs: number): Situation {
  const { job, attempt } = held
  const quietMs = msSince(attempt.silent_since, nowMs)
  const limitMs = attempt.lost_after_s * 1_000
  const facts = { time: formatRunning(quietMs), limit: formatRunning(limitMs) }
  // What follows is noticed within a minute.
  const headline = t(quietMs < limitMs ? `attempts.${afterSilence(job)}` : 'attempts.silentDue', facts)
  const requested = job.requested === null ? [] : requestLines(held, job.requested, nowMs)
  return { headline, details: [t('attempts.silentText', { runner: attempt.runner }), ...requested] }
}

function afterSilence({ requested, losses, max_attempts }: JobSnapshot) {
  if (requested !== null) return requested.what === 'pause' ? 'silentPause' : 'silentCancel'
  return losses + 1 < max_attempts ? 'silent' : 'silentLast'
}

function scriptSilent({ job: { waits_until }, attempt }: Held, nowMs: number): Situation {
  const details = waits_until === null ? [] : [t('attempts.failsUnheard', { at: formatDateTime(waits_until) })]
  return { headline: t('attempts.scriptSilent', { time: since(attempt.silent_since, nowMs) }), details }
}

type Request = NonNullable<JobSnapshot['requested']>

function requestSituation(held: Held, nowMs: number): Situation {
  const { requested } = held.job
  const [headline = '', ...details] = requested === null ? [] : requestLines(held, requested, nowMs)
  return { headline, details }
}

/** How far a request has come, never more than the runner has said. */
function requestLines({ attempt: { runner } }: Held, request: Request, nowMs: number): string[] {
  const { what, at, by, seen_at, stopping_at, grace_s } = request
  const doing = what === 'pause' ? 'pausing' : 'cancelling'
  const facts = { runner, time: since(at, nowMs) }
  const name = actorNamed(by)
  const who = name === null ? [] : [t('attempts.requestedBy', { name })]
  if (seen_at === null) return [t(`attempts.${doing}`, facts), t('attempts.notSeen', facts), ...who]
  if (stopping_at === null) return [t(`attempts.${doing}Seen`, facts), ...who]
  const leftMs = grace_s * 1_000 - msSince(seen_at, nowMs)
  const grace =
    leftMs > 0
      ? t('attempts.graceLeft', { time: formatRunning(leftMs) })
      : t('attempts.graceOver', { grace: formatRunning(grace_s * 1_000) })
  return [t(`attempts.${doing}Stops`, facts), grace, ...who]
}

function paused({ job: { checkpoint }, step }: Told): Situation {
  const text = checkpoint === null ? 'pausedBare' : 'paused'
  const facts = checkpoint === null ? {} : { step: checkpoint.step }
  const headline = step === null ? t(`attempts.${text}`, facts) : t(`attempts.${text}AtStep`, { ...facts, at: step })
  return { headline, details: [] }
}

/** Who has the job, or had it last, and how often it was lost. Of a script: who reports, and when it was last heard. */
export function holderLines({ job, status }: Told, nowMs: number): string[] {
  const { attempt, losses, max_attempts: max } = job
  if (attempt === null) return []
  const { runner, number, resumed_from_step: step, heard_at, ended } = attempt
  if (job.trainer === 'mlflow') {
    const isHeard = heard_at !== null && !isFinal(status) && conditionOf(job, status) === null
    const heard = isHeard ? [t('attempts.heardAgo', { time: since(heard_at, nowMs) }), t('attempts.noHeartbeat')] : []
    return [t('attempts.reportedBy', { runner }), ...heard]
  }
  const isOver = ended !== null
  const who = isOver
    ? t('attempts.had', { runner, number })
    : step === null
      ? t('attempts.has', { runner, number })
      : t('attempts.hasResumed', { runner, number, step: formatCount(step) })
  return losses === 0 ? [who] : [who, t('attempts.losses', { count: losses, max })]
}

/** Never below zero: the clock of this machine may be behind that of the service. */
const msSince = (at: string | null, nowMs: number): number => (at === null ? 0 : Math.max(0, nowMs - Date.parse(at)))

const since = (at: string | null, nowMs: number): string => formatRunning(msSince(at, nowMs))
