import { create, evolve } from '../../src/jobs/rules/job.ts'
import { chooseTrainer } from '../../src/jobs/rules/trainers/index.ts'
import type { Job, JobEvent, JobSpec } from '../../src/jobs/rules/types.ts'

/** The reference time: 2026-11-01T08:00:00Z. */
export const startMs = 1_793_520_000_000

/** The `created` event of a job with this number of epochs. */
export function specOf(epochs = 10): JobSpec {
  return {
    id: '5f0c6c5e-5d0e-4c39-9d4e-0d6c5b8f2a11',
    config: {
      name: 'Zeugnis Bayern',
      model_type: 'zeugnis',
      bundeslaender: ['BY'],
      batch_size: 16,
      learning_rate: 0.00005,
      epochs,
      warmup_steps: 500,
      weight_decay: 0.01,
      gradient_accumulation: 4,
      mixed_precision: true,
    },
    totalDocuments: 50,
    createdMs: startMs,
    createdBy: null,
  }
}

/** For how long runners are waited for, by default. */
export const patience = { runnerLostAfterMs: 600_000, runnerGivenUpAfterMs: 86_400_000 }

/** A job that was created at `startMs`. */
export function newJob({ epochs = 10, speed = 1, failsAt = null as number | null } = {}): Job {
  return evolve(
    null,
    create(specOf(epochs), chooseTrainer({ ...patience, simulationSpeed: speed, simulationFailsAt: failsAt }), startMs),
  )
}

/** The job after the events. */
export const after = (job: Job, events: readonly JobEvent[]): Job =>
  events.reduce<Job>((current, event) => evolve(current, event), job)
