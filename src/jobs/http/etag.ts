import type { ShownJob } from '../rules/describe.ts'

/** A job's strong ETag: what was decided about it, how many points its curve has, and its position in the queue. */
export function etagOf({ job: { revision, queue_position }, points }: ShownJob): string {
  return queue_position === null ? `"${revision}-${points}"` : `"${revision}-${points}-${queue_position}"`
}

/** The revisions that a job's ETags stand for: a command is held against what was decided, not against the steps since. */
export function revisionsOf(tags: string[] | null): number[] | null {
  return tags?.map((tag) => Number(/^"(\d+)-/.exec(tag)?.[1] ?? -1)) ?? null
}
