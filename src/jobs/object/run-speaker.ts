import type { RunRefusal } from '../rules/refusals.ts'
import { after } from '../rules/trainers/words.ts'
import { mayRead } from './artifacts.ts'
import { hearAttempt, hearSpeaker } from './attempts.ts'
import type { Core } from './core.ts'
import { lateSpeaker, owns, type RunAsker, type RunJob, type RunSpeaker } from './late-speaker.ts'

export type { RunAsker, RunJob, RunSpeaker } from './late-speaker.ts'

/** The attempt that a client speaks for; or why it may not. */
export function runSpeaker(core: Core, asker: RunAsker): RunSpeaker | RunRefusal {
  core.advance()
  const heard = 'tokenHash' in asker ? hearAttempt(core, asker.tokenHash) : hearOwner(core, asker)
  if (!('reason' in heard)) {
    const job = after(heard.job, heard.events)
    const attempt = job.attempts.all.find(({ number }) => number === heard.attempt.number) ?? heard.attempt
    return { job, attempt, events: heard.events, isLate: false }
  }
  return lateSpeaker(core, asker) ?? heard
}

/** Whoever opened a run may speak for it, and so may an admin. */
function hearOwner(core: Core, asker: Exclude<RunAsker, { tokenHash: string }>) {
  const job = core.livingJob
  if (job === null) return { reason: 'not_found' } satisfies RunRefusal
  if (job.trainer.kind === 'simulated') return { reason: 'not_a_run' } satisfies RunRefusal
  const attempt = job.attempts.all[0]
  if (!owns(job, asker) || attempt === undefined) return { reason: 'not_yours' } satisfies RunRefusal
  if (attempt.end !== null) return { reason: 'attempt_over', why: 'finished' } satisfies RunRefusal
  return hearSpeaker(core, job as RunJob, attempt)
}

/** Why a run is not shown; `null`: it is. */
export function runReader(core: Core, asker: RunAsker): RunRefusal | null {
  if (!('tokenHash' in asker)) return core.livingJob === null ? { reason: 'not_found' } : null
  if (lateSpeaker(core, asker) !== null) return null
  return mayRead(core, asker.tokenHash) as RunRefusal | null
}
