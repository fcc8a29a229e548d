import type { Parts } from '../../src/jobs/object/parts.ts'
import type { TrainingJob } from '../../src/jobs/object/training-job.ts'
import { fileMutants } from './file-mutants.ts'
import { jobMutants } from './job-mutants.ts'
import { runnerMutants } from './runner-mutants.ts'

/**
 * A fault planted into a part of a job, and a seed whose run detects it.
 *
 * What a seed does depends on the code: `npm run simulate -- --mutant <name>` finds a new one.
 */
export type Mutant = {
  name: string
  seed: number
  /** The start of the expected report, so that an accidental failure does not count as a detection. */
  breaks: string
  parts?: Partial<Parts>
  /** The Durable Object class with the fault. */
  object?: (sound: typeof TrainingJob) => typeof TrainingJob
}

/**
 * Faults that the simulation must detect. Each breaks what one promise depends on; where two mechanisms back each other
 * up, it breaks both: the sweeper makes up for a lost alarm.
 */
export const mutants: readonly Mutant[] = [...jobMutants, ...runnerMutants, ...fileMutants]
