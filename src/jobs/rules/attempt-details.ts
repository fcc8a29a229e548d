import { timestamp } from '../../shared/timestamp.ts'
import type { Attempt, AttemptEvent } from './attempt.ts'
import { shownCheckpoint } from './describe-runners.ts'
import type { EventDetails } from './shown.ts'
import { isAttemptEvent } from './trainers/attempt-changes.ts'
import type { Job, JobEvent } from './types.ts'

/** What the log shows of an event of an attempt; `null` for others. `after`: the job after it. */
export function detailsOf(event: JobEvent, after: Job): EventDetails | null {
  if (!isAttemptEvent(event)) return null
  const attempt = 'attempt' in event ? after.attempts.all[event.attempt - 1] : undefined
  return { ...(attempt && whose(attempt)), ...saidBy(event, after) }
}

const whose = ({ number, runner }: Attempt): EventDetails => ({ attempt: number, runner })

function saidBy(event: AttemptEvent, { attempts: { requested } }: Job): EventDetails {
  switch (event.type) {
    case 'opened':
      return { attempt: 1, runner: event.runner }
    case 'claimed':
      return event.version === undefined ? {} : { version: event.version }
    case 'confirmed':
      return event.resumedFrom === null ? {} : { resumed_from: shownCheckpoint(event.resumedFrom) }
    case 'rewound':
      return { from_step: event.fromStep }
    case 'planned':
      return { total_steps: event.totalSteps }
    case 'silent':
    case 'stalled':
      return { since: timestamp(event.sinceMs) }
    case 'lost':
      return { offered: event.isOffered }
    case 'offer_extended':
      return { until: timestamp(event.untilMs) }
    case 'checkpointed':
      return { checkpoint: shownCheckpoint(event.checkpoint) }
    case 'finished':
      return {
        outcome: event.outcome,
        ...(event.checkpoint && { checkpoint: shownCheckpoint(event.checkpoint) }),
        ...(event.ignored && { ignored_checkpoint: shownCheckpoint(event.ignored) }),
        ...(event.exitStatus === undefined ? {} : { exit_status: event.exitStatus }),
        ...(event.signal === undefined ? {} : { signal: event.signal }),
      }
    case 'requested':
      return { request: event.id, what: event.what, grace_s: event.graceS }
    case 'request_withdrawn':
      return { request: event.id, what: 'pause' }
    case 'request_seen':
    case 'stopping':
      return { request: event.id, what: requested?.what }
    default:
      return {}
  }
}
