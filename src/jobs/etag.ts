import type { JobSnapshot } from './schema.ts'
import { STEPS_PER_EPOCH } from './simulation.ts'

/** A job's strong ETag: what was decided about it, the step it has reached, and its place in the queue. */
export function etagOf({ revision, progress, total_epochs, queue_position }: JobSnapshot): string {
  const step = Math.round((progress / 100) * total_epochs * STEPS_PER_EPOCH)
  return queue_position === null ? `"${revision}-${step}"` : `"${revision}-${step}-${queue_position}"`
}

/** The revisions that a job's ETags stand for: a command is held against what was decided, not against the steps since. */
export function revisionsOf(tags: string[] | null): number[] | null {
  return tags?.map((tag) => Number(/^"(\d+)-/.exec(tag)?.[1] ?? -1)) ?? null
}
