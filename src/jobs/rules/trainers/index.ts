import {
  RUN_LOST_AFTER_TIMES,
  RUNNER_GIVEN_UP_AFTER_DEFAULT_S,
  RUNNER_LOST_AFTER_DEFAULT_S,
} from '../../../platform/limits.ts'
import type { CreatedEvent, JobSpec, Patience, Simulation, Trainer } from '../types.ts'
import { mlflow } from './mlflow.ts'
import { runner } from './runner.ts'
import { simulated } from './simulated.ts'
import { planSimulation } from './simulation.ts'
import type { JobOf, TrainerKind, TrainerRules } from './trainer.ts'

const trainers: { readonly [K in TrainerKind]: TrainerRules<K> } = { simulated, runner, mlflow }

/** The rules of a job's trainer. */
export const trainerOf = <K extends TrainerKind>({ trainer }: Pick<JobOf<K>, 'trainer'>): TrainerRules<K> =>
  trainers[trainer.kind as K]

/** What of the settings matters to trainers. */
export type TrainerSettings = {
  simulationSpeed: number
  simulationFailsAt: number | null
  runnerLostAfterMs: number
  runnerGivenUpAfterMs: number
}

/** The trainer of a job that starts now: what its creation asked for, with the settings of now, once for all. */
export function chooseTrainer(settings: TrainerSettings, { trainedBy }: Pick<JobSpec, 'trainedBy'> = {}): Trainer {
  const { simulationSpeed, simulationFailsAt, runnerLostAfterMs, runnerGivenUpAfterMs } = settings
  return trainedBy === undefined
    ? { kind: 'simulated', ...planSimulation(simulationSpeed, simulationFailsAt) }
    : {
        kind: trainedBy,
        // A client of MLflow has no heartbeat: an hour without a word is nothing unusual.
        lostAfterMs: trainedBy === 'mlflow' ? RUN_LOST_AFTER_TIMES * runnerLostAfterMs : runnerLostAfterMs,
        givenUpAfterMs: runnerGivenUpAfterMs,
      }
}

/**
 * The trainer of a job that has not been started. It is chosen at the start, by the settings of then; what is shown of
 * such a job needs none but for the estimate of its whole duration, and rows have always held this one.
 */
export const trainerBeforeStart = ({ trainedBy }: Pick<JobSpec, 'trainedBy'>): Trainer =>
  trainedBy !== undefined
    ? {
        kind: trainedBy,
        lostAfterMs: RUNNER_LOST_AFTER_DEFAULT_S * 1_000,
        givenUpAfterMs: RUNNER_GIVEN_UP_AFTER_DEFAULT_S * 1_000,
      }
    : { kind: 'simulated', ...planSimulation(1, null) }

/** What a `created` event says of the trainer: of a simulated one what it has always said, its simulation. */
export const recordOf = (trainer: Trainer): Pick<CreatedEvent, 'simulation' | 'patience' | 'trainedBy'> => {
  const { kind, ...rest } = trainer
  if (kind === 'simulated') return { simulation: rest as Simulation }
  return { patience: rest as Patience, ...(kind === 'mlflow' ? { trainedBy: kind } : {}) }
}

/** The trainer of a job that begins with this event. */
export function trainerIn({
  simulation,
  patience,
  trainedBy = 'runner',
}: Pick<CreatedEvent, 'simulation' | 'patience'> & { trainedBy?: 'runner' | 'mlflow' }): Trainer {
  if (patience !== undefined) return { kind: trainedBy, ...patience }
  if (simulation === undefined) throw new Error('The event log begins without a trainer')
  return { kind: 'simulated', ...simulation }
}
