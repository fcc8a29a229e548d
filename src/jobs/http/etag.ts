import type { ShownJob } from '../rules/describe.ts'

/** A job's strong ETag: its revision, the number of its points, and its position in the queue. */
export function etagOf({ job: { revision, queue_position }, points }: ShownJob): string {
  return queue_position === null ? `"${revision}-${points}"` : `"${revision}-${points}-${queue_position}"`
}

/** The revisions in a job's ETags: a command is compared with the revision, not with the steps since. */
export function revisionsOf(tags: string[] | null): number[] | null {
  return tags?.map((tag) => Number(/^"(\d+)-/.exec(tag)?.[1] ?? -1)) ?? null
}
