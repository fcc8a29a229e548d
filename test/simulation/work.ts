import type { SentReport } from '../../src/jobs/object/attempts.ts'
import type { Finish, Outcome } from '../../src/jobs/rules/trainers/words.ts'
import type { ClaimedJob } from '../../src/jobs/runners.ts'
import type { Process } from './process.ts'
import type { Random } from './random.ts'
import type { Said } from './said.ts'
import type { Speaker } from './wire.ts'

/** What an operator wants, and how far the runner is with it: `read`, it will say that it has seen it; `seen`, that it stops. */
export type Heeded = {
  id: number
  what: 'pause' | 'cancel'
  graceS: number
  seenMs: number
  stage: 'read' | 'seen' | 'stopping'
}

/** A job that a machine has, with all that is on its disk. */
export type Work = {
  job: string
  attempt: number
  resumeStep: number | null
  /** The folder of the checkpoint that it resumes from. */
  resumePath: string | null
  /** The tokens that its claim has got; the last one is in use. */
  tokens: string[]
  isConfirmed: boolean
  /** The number of the next report. */
  next: number
  /** Reports that were not acknowledged yet. */
  pending: SentReport[]
  process: Process | null
  request: Heeded | null
  finish: Finish | null
  isReleased: boolean
  hasSentModel: boolean
  /** How often it has tried in vain since the last answer that counts, and since when, elapsed ms. */
  failures: number
  failsSinceMs: number
}

export const workOf = ({ job, attempt, token, resume }: ClaimedJob): Work => ({
  job: job.id,
  attempt,
  resumeStep: resume?.step ?? null,
  resumePath: resume?.checkpoint ?? null,
  tokens: [token],
  isConfirmed: false,
  next: 1,
  pending: [],
  process: null,
  request: null,
  finish: null,
  isReleased: false,
  hasSentModel: false,
  failures: 0,
  failsSinceMs: 0,
})

/** Who speaks for it, with its latest token. */
export const speakerOf = ({ job, attempt, tokens }: Work): Speaker => ({ job, attempt, token: tokens.at(-1) ?? '' })

/** Writes the next report, unless there is nothing to say. What it says has its number for good. */
export function writeReport(work: Work, said: Said, nowMs: number): void {
  if (work.process === null) return
  const { points, said: saidPoints, lines } = work.process.run(said, nowMs)
  if (points.length === 0 && lines.length === 0) return
  const begins = work.next === 1 ? { phase: 'training' as const, total_steps: work.process.total } : {}
  const output = lines.map((text) => ({ stream: 'stdout', text }))
  const content = { ...(points.length === 0 ? {} : { points }), ...(output.length === 0 ? {} : { output }) }
  work.pending.push({ sequence: work.next, ...begins, ...content })
  said.report(work.job, work.attempt, { points: saidPoints, lines })
  work.next++
}

/** What is to be said of a process that is gone. */
export function writeFinish(work: Work, said: Said, random: Random): Finish {
  const { job, attempt, process, request, isReleased, next } = work
  const asked = request?.what === 'cancel' ? 'cancelled' : request?.what === 'pause' ? 'paused' : null
  const end = process?.end ?? 'failed'
  const outcome: Outcome = end === 'stopped' ? (asked ?? (isReleased ? 'released' : 'failed')) : end
  const step = (process?.step ?? 0) - 1
  const hasCheckpoint = step >= 0 && random.chance(0.7)
  const tag = outcome === 'completed' && random.chance(0.5) ? said.nextTag() : null
  said.finish(job, attempt, next, tag)
  return {
    outcome,
    sequence: next,
    ...(outcome === 'failed' ? { errorMessage: 'It failed', exitStatus: 1 } : {}),
    ...(hasCheckpoint ? { checkpoint: { step, path: `step-${step}` } } : {}),
    ...(tag === null ? {} : { metrics: { n: tag } }),
  }
}
