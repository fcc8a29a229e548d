import type { Job, Trainer } from '../types.ts'
import { simulated } from './simulated.ts'
import type { TrainerRules } from './trainer.ts'

const trainers: Readonly<Record<Trainer['kind'], TrainerRules>> = { simulated }

/** The rules of a job's trainer. */
export const trainerOf = ({ trainer }: Pick<Job, 'trainer'>): TrainerRules => trainers[trainer.kind]
