import { isStepless } from '../stepless.ts'
import type { JobEvent } from '../types.ts'
import { holderOf } from './live.ts'
import { asReported } from './runner.ts'
import type { JobOf, TrainerRules } from './trainer.ts'

type Job = JobOf<'mlflow'>

/**
 * A script that has opened a run of its own, somewhere: it holds no slot, nobody can steer it, and it ends by its client's word.
 * Its one attempt is that of the credential that opened it.
 */
export const mlflow: TrainerRules<'mlflow'> = {
  start: ({ run }, atMs) => [
    { type: 'opened', runner: run?.by ?? '', token: run?.parent?.tokenHash ?? '', atMs },
    { type: 'training_started', atMs },
  ],
  next: ({ attempts, trainer }) => {
    const lostMs = holderOf(attempts)?.lostMs ?? null
    if (lostMs === null) return null
    const hours = Math.round((trainer.lostAfterMs + trainer.givenUpAfterMs) / 360_000) / 10
    const message = `Its script has not been heard of for ${hours} h`
    return { type: 'failed', message, atMs: lostMs + trainer.givenUpAfterMs }
  },
  overdue: (_, milestone) => milestone,
  mayBePaused: () => true,
  pause: () => ({ reason: 'opened_elsewhere' }),
  withdrawPause: () => ({ reason: 'not_paused' }),
  cancel: (job, atMs) => [...abandoned(job, atMs), { type: 'cancelled', atMs }],
  giveUp: (job, atMs) => {
    const given = abandoned(job, atMs)
    const message = 'Given up; its script may still run'
    return given.length === 0 ? { reason: 'no_attempt' } : [...given, { type: 'failed', message, atMs }]
  },
  resumed: () => ({}),
  ...asReported(),
}

function abandoned({ attempts }: Job, atMs: number): JobEvent[] {
  const holder = holderOf(attempts)
  if (holder === null) return []
  const message = `The script of ${holder.runner} was not asked, and may still run`
  return [{ type: 'given_up', attempt: holder.number, message, atMs }]
}

/** How a run ends by its client's word. It registers nothing by itself. `toldMs`: when, by the client's clock; missing: unknown. */
export function endRun(
  job: Job,
  outcome: 'completed' | 'failed' | 'cancelled',
  why: string,
  nowMs: number,
  toldMs?: number,
) {
  const atMs = Math.max(nowMs, job.loggedMs)
  const told = toldMs === undefined ? {} : { toldMs }
  const finished: JobEvent = { type: 'finished', attempt: 1, outcome, sequence: 0, ...told, atMs }
  const last: Record<typeof outcome, JobEvent> = {
    completed: { type: 'completed', atMs },
    failed: { type: 'failed', message: why, atMs },
    cancelled: { type: 'cancelled', atMs },
  }
  return [finished, last[outcome]]
}

/**
 * Whether a run that says it has finished may have. A Transformers training that ends in an exception says so, too, since its
 * process ends in order; a whole one reports its `train_runtime` last, and one that only evaluates reports nothing else.
 */
export function hasFinalReport(
  params: readonly (readonly [key: string, value: string])[],
  metrics: ReadonlyMap<string, unknown>,
): boolean {
  const keys = new Set(params.map(([key]) => key))
  const isTransformers = keys.has('per_device_train_batch_size') && keys.has('num_train_epochs')
  if (!isTransformers || metrics.has('train_runtime')) return true
  const names = [...metrics.keys()].filter((name) => !isStepless(name))
  return names.length > 0 && names.every((name) => name.startsWith('eval_'))
}
