import type { ShownJob } from '../rules/describe.ts'

/**
 * A job's strong ETag: what was decided about it, how many points its curve has, its position in the queue, and how often its
 * name, notes or tags were edited (`e2`).
 */
export function etagOf({ job: { revision, queue_position }, points, edits }: ShownJob): string {
  const parts = [
    revision,
    points,
    ...(queue_position === null ? [] : [queue_position]),
    ...(edits > 0 ? [`e${edits}`] : []),
  ]
  return `"${parts.join('-')}"`
}

/** The revisions in a job's ETags: a command is compared with the revision, not with the steps since. */
export function revisionsOf(tags: string[] | null): number[] | null {
  return tags?.map((tag) => Number(/^"(\d+)-/.exec(tag)?.[1] ?? -1)) ?? null
}

/** How often the job had been edited by then: an edit is held against other edits, not against what the job does. */
export function editsOf(tags: string[] | null): number[] | null {
  return tags?.map((tag) => (/^"\d+-\d+/.test(tag) ? Number(/-e(\d+)"$/.exec(tag)?.[1] ?? 0) : -1)) ?? null
}
