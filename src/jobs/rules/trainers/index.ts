import type { CreatedEvent, Trainer } from '../types.ts'
import { simulated } from './simulated.ts'
import { planSimulation } from './simulation.ts'
import type { JobOf, TrainerKind, TrainerRules } from './trainer.ts'

const trainers: { readonly [K in TrainerKind]: TrainerRules<K> } = { simulated }

/** The rules of a job's trainer. */
export const trainerOf = <K extends TrainerKind>({ trainer }: Pick<JobOf<K>, 'trainer'>): TrainerRules<K> =>
  trainers[trainer.kind as K]

/** What of the settings matters to trainers. */
export type TrainerSettings = { simulationSpeed: number; simulationFailsAt: number | null }

/** The trainer of a job that starts now: chosen here, once for all. */
export function chooseTrainer({ simulationSpeed, simulationFailsAt }: TrainerSettings): Trainer {
  return { kind: 'simulated', ...planSimulation(simulationSpeed, simulationFailsAt) }
}

/**
 * The trainer of a job that has not been started. It is chosen at the start, by the settings of then; what is shown of
 * such a job needs none but for the estimate of its whole duration, and rows have always held this one.
 */
export const trainerBeforeStart: Trainer = { kind: 'simulated', ...planSimulation(1, null) }

/** What a `created` event says of the trainer: of a simulated one what it has always said, its simulation. */
export const recordOf = ({ kind: _, ...simulation }: Trainer): Pick<CreatedEvent, 'simulation'> => ({ simulation })

/** The trainer of a job that begins with this event. */
export const trainerIn = ({ simulation }: Pick<CreatedEvent, 'simulation'>): Trainer => ({
  kind: 'simulated',
  ...simulation,
})
