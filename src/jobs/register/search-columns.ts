import { fold } from '../../platform/fold.ts'
import { SEARCH_NAME_LENGTH_MAX } from '../../platform/limits.ts'
import type { JobCondition } from '../../shared/job-conditions.ts'
import type { TrainerKind } from '../../shared/trainers.ts'
import { conditionsOf } from '../rules/describe-runners.ts'
import { shownAttempt } from '../rules/trainers/live.ts'
import type { Job } from '../rules/types.ts'

/** What a job's row is found by, and sorted by. */
export type SearchColumns = { name: string; labels: string }

/**
 * The folded name, and the labels: what lists look for exactly, each on a line of its own and begun by its kind, so that
 * the index of characters finds it whole. No label contains a line break.
 *
 * @param conditions what is the matter with the job, if not what follows from it
 */
export function searchColumns(job: Job, conditions: readonly JobCondition[] = conditionsOf(job)): SearchColumns {
  const { config, createdBy, tags, attempts, trainer } = job
  const runner = shownAttempt(attempts)?.runner
  return {
    name: [...fold(config.name)].slice(0, SEARCH_NAME_LENGTH_MAX).join(''),
    labels: [
      trainerLabel(trainer.kind),
      ...(createdBy === null ? [] : [creatorLabel(createdBy)]),
      ...tags.map(tagLabel),
      ...(runner === undefined ? [] : [runnerLabel(runner)]),
      ...conditions.map(conditionLabel),
    ].join(''),
  }
}

/** The label of who trains a job: a letter, since every row has one, and the index one of all its parts. */
export const trainerLabel = (kind: TrainerKind): string => `\n=${trainerLetters[kind]}\n`

const trainerLetters = { simulated: 's', runner: 'r', mlflow: 'm' } as const satisfies Record<TrainerKind, string>

/** The label of the actor that created a job. */
export const creatorLabel = (actor: string): string => `\n@${actor}\n`

/** The label of a tag: in any case, as in a search. */
export const tagLabel = (tag: string): string => `\n#${fold(tag)}\n`

/** The label of the runner whose attempt a job shows. */
export const runnerLabel = (name: string): string => `\n>${name}\n`

/** The label of what is the matter with a job. */
export const conditionLabel = (condition: JobCondition): string => `\n!${condition}\n`
