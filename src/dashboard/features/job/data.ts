import { useEffect, useRef } from 'preact/hooks'
import type { JobSnapshot } from '../../../client/index.ts'
import { PAGE_MAX } from '../../../platform/limits.ts'
import { api } from '../../api/client.ts'
import { type Answer, type RequestOptions, readPages, request } from '../../api/request.ts'
import { type Resource, useResource } from '../../api/resource.ts'
import { EVENT_PAGES_MAX } from '../../platform/limits.ts'

const routes = api.jobs[':id']
const paramOf = (id: string) => ({ id: encodeURIComponent(id) })

/** An entry of a job's log. */
export type JobEvent = Awaited<ReturnType<typeof readEventPage>> extends Answer<infer Page> ? Unlisted<Page> : never
type Unlisted<Page> = Page extends readonly (infer Item)[] ? Item : never

function readEventPage(id: string, after: string, options: RequestOptions) {
  const query = { after, limit: String(PAGE_MAX) }
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
  const answer = await readPages<JobEvent>(
    (after) => readEventPage(id, after ?? '0', options),
    EVENT_PAGES_MAX,
    'after',
  )
  return answer.ok ? { ...answer, data: answer.data.items } : answer
}
