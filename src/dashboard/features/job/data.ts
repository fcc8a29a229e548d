import { useEffect, useRef } from 'preact/hooks'
import type { JobSnapshot, ModelVersion } from '../../../client/index.ts'
import { PAGE_MAX } from '../../../platform/limits.ts'
import { api } from '../../api/client.ts'
import { type Answer, nextCursor, type RequestOptions, request } from '../../api/request.ts'
import { type Resource, useResource } from '../../api/resource.ts'
import { EVENT_PAGES_MAX, VERSION_PAGES_MAX } from '../../platform/limits.ts'

const routes = api.jobs[':id']
const paramOf = (id: string) => ({ id: encodeURIComponent(id) })

/** An entry of a job's log. */
export type JobEvent = Awaited<ReturnType<typeof readEventPage>> extends Answer<infer Page> ? Unlisted<Page> : never
type Unlisted<Page> = Page extends readonly (infer Item)[] ? Item : never

function readEventPage(id: string, after: number, options: RequestOptions) {
  const query = { after: String(after), limit: String(PAGE_MAX) }
  return request(() => routes.events.$get({ param: paramOf(id), query }), options)
}

/** The log of a job, oldest first: up to this revision, or later. */
export function useEvents({ id, revision }: Pick<JobSnapshot, 'id' | 'revision'>): Resource<JobEvent[]> {
  const events = useResource(`jobs/${id}/events`, (options) => readEvents(id, options), { everyMs: Infinity })
  const requestedRevision = useRef(revision)
  useEffect(() => {
    if (requestedRevision.current === revision) return
    requestedRevision.current = revision
    // An edit is an event, and raises no revision.
    const moves = events.data?.filter(({ type }) => type !== 'edited').length ?? 0
    if (moves < revision) void events.refresh()
  }, [revision])
  return events
}

async function readEvents(id: string, options: RequestOptions): Promise<Answer<JobEvent[]>> {
  const events: JobEvent[] = []
  for (let page = 0; ; page++) {
    const answer = await readEventPage(id, events.at(-1)?.sequence ?? 0, options)
    if (!answer.ok) return answer
    events.push(...answer.data)
    if (nextCursor(answer.headers, 'after') === null || page + 1 >= EVENT_PAGES_MAX) return { ...answer, data: events }
  }
}

/** The model version of a completed job; `null` when it was deleted, or is too old to be found. */
export const useVersionOf = (job: JobSnapshot): Resource<{ version: ModelVersion | null }> =>
  useResource(`models/of/${job.id}`, (options) => findVersion(job, options), { everyMs: Infinity })

async function findVersion(
  job: JobSnapshot,
  options: RequestOptions,
): Promise<Answer<{ version: ModelVersion | null }>> {
  let cursor: string | null = null
  for (let page = 0; ; page++) {
    const query = { model_type: job.model_type, limit: String(PAGE_MAX), ...(cursor === null ? {} : { cursor }) }
    const answer: Answer<ModelVersion[]> = await request(() => api.models.$get({ query }), options)
    if (!answer.ok) return answer
    const version = answer.data.find(({ job_id }) => job_id === job.id) ?? null
    cursor = nextCursor(answer.headers)
    if (version !== null || cursor === null || page + 1 >= VERSION_PAGES_MAX) return { ...answer, data: { version } }
  }
}
