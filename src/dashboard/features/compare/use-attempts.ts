import { computed } from '@preact/signals'
import { useMemo, useRef } from 'preact/hooks'
import { api } from '../../api/client.ts'
import { type RequestOptions, request } from '../../api/request.ts'
import { type Resource, useResource } from '../../api/resource.ts'
import { COMPARED_ATTEMPTS_MAX } from '../../platform/limits.ts'
import type { AttemptSpan } from './attempts.ts'
import type { ComparedJob } from './compared-jobs.ts'
import type { JobCurve } from './job-curves.ts'
import type { WatchedCurve } from './watch-curve.ts'

type Attempts = Resource<unknown> & {
  /** By the job's id: of the jobs whose attempts are drawn one by one. */
  spans: ReadonlyMap<string, readonly AttemptSpan[]>
}

/** The last attempts at jobs, read again when another begins, and when one has gone back. */
export function useAttempts(jobs: readonly ComparedJob[], curves: readonly JobCurve[]): Attempts {
  const split = useMemo(() => curves.filter(({ isSplit }) => isSplit).map(({ watched }) => watched), [curves])
  const turns = useMemo(() => computed(() => split.map(turnOf).join(' ')), [split]).value
  const wanted = jobs.filter(({ id }) => split.some((one) => one.id === id))
  const known = useRef<Attempts['spans']>(new Map())
  const resource = useResource(
    `jobs/attempts/${wanted.map(({ id, job }) => `${id} ${job.revision}`).join(' ')} ${turns}`,
    async (options) => {
      const answers = await Promise.all(wanted.map((one) => read(one, options)))
      const refused = answers.find((answer) => !answer.ok)
      if (refused !== undefined && !refused.ok) return refused
      const spans = answers.map((answer, at) => [wanted[at]?.id ?? '', answer.ok ? answer.data : []] as const)
      return { ok: true, headers: new Headers(), data: new Map<string, readonly AttemptSpan[]>(spans) }
    },
    { everyMs: Infinity },
  )
  if (resource.data !== null) known.current = resource.data
  return { ...resource, spans: known.current }
}

/** What changes when an attempt begins or goes back; reads signals. */
function turnOf({ live }: WatchedCurve): string {
  const { attempt = 0, rewind } = live.event.value ?? {}
  return `${attempt}-${rewind?.from_step ?? ''}`
}

async function read({ id, job }: ComparedJob, options: RequestOptions) {
  const query = { after: String(Math.max(0, (job.attempt?.number ?? 0) - COMPARED_ATTEMPTS_MAX)) }
  const answer = await request(
    () => api.jobs[':id'].attempts.$get({ param: { id: encodeURIComponent(id) }, query }),
    options,
  )
  // Deleted since: the page says so elsewhere.
  return !answer.ok && answer.refusal.status === 404
    ? { ok: true as const, headers: new Headers(), data: [] as AttemptSpan[] }
    : answer
}
