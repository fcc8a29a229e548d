import { useRef } from 'preact/hooks'
import type { JobSnapshot } from '../../../client/index.ts'
import { isFinal } from '../../../shared/job-status.ts'
import { api } from '../../api/client.ts'
import { request } from '../../api/request.ts'
import { type Resource, useResource } from '../../api/resource.ts'
import { shortId } from '../../i18n/format.ts'
import { COMPARED_JOBS_MS } from '../../platform/limits.ts'

/** A job: `loading` at first, `gone` when it does not exist (any more). */
export type Compared =
  | { id: string; state: 'loading' | 'gone'; job: null }
  | { id: string; state: 'there'; job: JobSnapshot }

/** A job that exists. */
export type ComparedJob = Extract<Compared, { state: 'there' }>

type Jobs = { jobs: Compared[]; resource: Resource<Compared[]> }

/** The jobs of a comparison. Jobs that are loaded stay so while others are added and removed. */
export function useComparedJobs(ids: readonly string[]): Jobs {
  const cache = useRef(new Map<string, Compared>())
  const jobs = (): Compared[] => ids.map((id) => cache.current.get(id) ?? { id, state: 'loading', job: null })
  const areMoving = jobs().some(({ job, state }) => state === 'loading' || (job !== null && !isFinal(job.status)))
  const resource = useResource<Compared[]>(
    `jobs/compared/${ids.join(' ')}`,
    async (options) => {
      const answers = await Promise.all(ids.map((id) => read(id, options)))
      const refusal = answers.find((answer) => !answer.ok)
      if (refusal !== undefined && !refusal.ok) return refusal
      return { ok: true, headers: new Headers(), data: answers.flatMap((answer) => (answer.ok ? [answer.data] : [])) }
    },
    { everyMs: areMoving ? COMPARED_JOBS_MS : Infinity },
  )
  for (const each of resource.data ?? []) cache.current.set(each.id, each)
  return { jobs: jobs(), resource }
}

async function read(id: string, options: Parameters<typeof request>[1]) {
  const answer = await request(() => api.jobs[':id'].$get({ param: { id: encodeURIComponent(id) } }), options)
  if (answer.ok) return { ...answer, data: { id, state: 'there', job: answer.data } as const }
  if (answer.refusal.status !== 404) return answer
  return { ok: true, headers: new Headers(), data: { id, state: 'gone', job: null } } as const
}

/** Unique labels: with the beginning of the id where names are equal. */
export function labelsOf(jobs: readonly ComparedJob[]): Map<string, string> {
  const isUnique = (name: string) => jobs.filter(({ job }) => job.name === name).length === 1
  return new Map(jobs.map(({ id, job: { name } }) => [id, isUnique(name) ? name : `${name} (${shortId(id)})`]))
}
