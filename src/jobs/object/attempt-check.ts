import { STALL_GAPS, STALL_MIN_MS } from '../../platform/limits.ts'
import { holderOf } from '../rules/trainers/live.ts'
import type { JobOf } from '../rules/trainers/trainer.ts'
import { missProgress, missWords } from '../rules/trainers/words.ts'
import type { Job, JobEvent } from '../rules/types.ts'
import type { CurveStore } from './curve-store.ts'
import type { Presence } from './presence.ts'

/** What follows from looking whether the attempt that has the job was heard, and has made progress. */
export function checkAttempt(
  job: Job,
  { presence, curve }: { presence: Presence; curve: CurveStore },
  nowMs: number,
): JobEvent[] {
  const attempt = holderOf(job.attempts)
  if (job.trainer.kind === 'simulated' || attempt === null) return []
  const ours = job as JobOf<'runner' | 'mlflow'>
  const events = missWords(ours, presence.check(attempt.number, nowMs), nowMs, presence.heardMs(attempt.number))
  if (events.length > 0) return events
  // Excused: it has announced that nothing comes, or nobody could have been heard.
  const sinceMs = Math.max(
    attempt.confirmedMs ?? 0,
    curve.progressedMs(attempt.number) ?? 0,
    presence.excusedUntilMs(attempt.number),
  )
  const patienceMs = Math.max(STALL_MIN_MS, STALL_GAPS * (curve.usualGapMs(attempt.number) ?? 0))
  return nowMs - sinceMs >= patienceMs ? missProgress(ours, sinceMs, nowMs) : []
}
