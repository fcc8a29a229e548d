import type { ShownJob } from '../rules/describe.ts'

/**
 * A job's strong ETag: what was decided about it, how many points its curve has, its position in the queue, when its runner was
 * last heard (`h…`), what it was given to train on and how much of that has been withdrawn (`d…`), what clients have logged of its run (`r…`), and how often its name, notes or tags were edited (`e2`).
 */
export function etagOf({
  job: { revision, queue_position, attempt, dataset },
  points,
  edits,
  runChanges,
}: ShownJob): string {
  const isLive = attempt !== null && attempt.ended === null
  const parts = [
    revision,
    points,
    ...(queue_position === null ? [] : [queue_position]),
    ...(isLive ? [`h${Date.parse(attempt?.heard_at ?? '1970-01-01')}`] : []),
    ...(dataset?.sha256 || dataset?.withdrawn ? [`d${dataset.withdrawn}.${dataset.sha256?.slice(0, 16) ?? ''}`] : []),
    ...(runChanges > 0 ? [`r${runChanges}`] : []),
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
