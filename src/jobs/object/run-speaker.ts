import { RUN_LATE_MS } from '../../platform/limits.ts'
import type { Attempt } from '../rules/attempt.ts'
import type { RunRefusal } from '../rules/refusals.ts'
import type { JobOf } from '../rules/trainers/trainer.ts'
import { after } from '../rules/trainers/words.ts'
import type { JobEvent } from '../rules/types.ts'
import { mayRead } from './artifacts.ts'
import { hearAttempt } from './attempts.ts'
import type { Core } from './core.ts'

/** Who speaks of a run: an attempt by the hash of its token, or somebody with a role. */
export type RunAsker = { tokenHash: string } | { actor: string; isAdmin: boolean }

/** The attempt that a word is of, and what follows from its being heard. `isLate`: it is over, and changes no state. */
export type RunSpeaker = { job: JobOf<'runner'>; attempt: Attempt; events: JobEvent[]; isLate: boolean }

/** The attempt that a client speaks for; or why it may not. */
export function runSpeaker(core: Core, asker: RunAsker): RunSpeaker | RunRefusal {
  if (!('tokenHash' in asker)) {
    core.advance()
    return core.livingJob === null ? { reason: 'not_found' } : { reason: 'not_yours' }
  }
  const heard = hearAttempt(core, asker.tokenHash)
  if (!('reason' in heard)) {
    const job = after(heard.job, heard.events)
    const attempt = job.attempts.all.find(({ number }) => number === heard.attempt.number) ?? heard.attempt
    return { job, attempt, events: heard.events, isLate: false }
  }
  const late = heard.reason === 'attempt_over' ? lateSpeaker(core, asker.tokenHash) : null
  return late ?? heard
}

/** Scorers and savers of some libraries speak after the end: they are heard for a while, unless another attempt was claimed. */
function lateSpeaker(core: Core, tokenHash: string): RunSpeaker | null {
  const job = core.livingJob
  const attempt = job?.attempts.all.at(-1)
  if (job?.trainer.kind !== 'runner' || attempt?.tokenHash !== tokenHash || attempt.end === null) return null
  const { how, atMs } = attempt.end
  if (how === 'replaced' || how === 'given_up' || core.now() - atMs > RUN_LATE_MS) return null
  return { job: job as JobOf<'runner'>, attempt, events: [], isLate: true }
}

/** Why a run is not shown; `null`: it is. */
export function runReader(core: Core, asker: RunAsker): RunRefusal | null {
  if (!('tokenHash' in asker)) return core.livingJob === null ? { reason: 'not_found' } : null
  if (lateSpeaker(core, asker.tokenHash) !== null) return null
  return mayRead(core, asker.tokenHash) as RunRefusal | null
}
