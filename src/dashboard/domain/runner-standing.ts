import type { JobSnapshot, RunnerRecord } from '../../client/index.ts'
import { RUNNER_UNHEARD_MS } from '../platform/limits.ts'

/**
 * What a runner does, as far as that is known. `idle`: waits for a job. `busy`: has one. `silent`: has one and is not heard.
 * `stalled`: has one, is heard, and brings no step. `ended`: said that it ends. `unheard`: had no job and asks for none.
 */
export type Doing = 'idle' | 'busy' | 'silent' | 'stalled' | 'ended' | 'unheard'

/** What a runner does and since when; `job`: the one that it has, as far as it is known. */
export type Standing = { doing: Doing; since: string; job: JobSnapshot | null }

/** @param jobs that are moving: one of a runner is among them */
export function standingOf(runner: RunnerRecord, jobs: readonly JobSnapshot[], nowMs: number): Standing {
  const { name, job_id, left_at, seen_at, since } = runner
  if (left_at !== null) return { doing: 'ended', since: left_at, job: null }
  if (job_id === null) {
    const isUnheard = nowMs - Date.parse(seen_at) > RUNNER_UNHEARD_MS
    return { doing: isUnheard ? 'unheard' : 'idle', since: isUnheard ? seen_at : since, job: null }
  }
  const job = jobs.find(({ id }) => id === job_id) ?? null
  const attempt = job?.attempt?.ended === null && job.attempt.runner === name ? job.attempt : null
  if (attempt?.silent_since) return { doing: 'silent', since: attempt.silent_since, job }
  if (attempt?.stalled_since) return { doing: 'stalled', since: attempt.stalled_since, job }
  return { doing: 'busy', since, job }
}

/** Whether a runner is there, as far as is known: it waits, or has a job. */
export const isThere = ({ doing }: Standing): boolean => doing !== 'ended' && doing !== 'unheard'
