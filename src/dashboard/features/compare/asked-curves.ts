import { useRef } from 'preact/hooks'
import { isFinal } from '../../../shared/job-status.ts'
import { api } from '../../api/client.ts'
import { type RequestOptions, request } from '../../api/request.ts'
import { type Resource, useResource } from '../../api/resource.ts'
import { COMPARED_ATTEMPTS_MAX, COMPARED_JOBS_MS, OVERLAY_POINTS_MAX } from '../../platform/limits.ts'
import { byAttempt, measure } from './address.ts'
import { type AttemptOf, splitByAttempt } from './attempts.ts'
import type { ComparedJob } from './compared-jobs.ts'
import { type CurveRows, rowsOf } from './curve-rows.ts'
import { isUsual } from './measures.ts'

/** A curve that the service was asked for: of a whole job, or of one of its attempts. */
export type AskedCurve = { attempt: AttemptOf | null; rows: CurveRows }

/** Whether several runners went at a job, or one of them several times. */
const hasSeveral = ({ job }: ComparedJob): boolean => (job.attempt?.number ?? 1) > 1

type Asked = {
  /** By the job's id: of the jobs whose live points do not show what is wanted. */
  curves: ReadonlyMap<string, readonly AskedCurve[]>
  resource: Resource<unknown>
}

/**
 * The curves that live points do not have, asked for again while their jobs go on: those of metrics that no field of a point
 * has, and those of single attempts.
 */
export function useAskedCurves(jobs: readonly ComparedJob[]): Asked {
  const name = measure.value
  const wanted = jobs.filter((one) => !isUsual(name) || (byAttempt.value && hasSeveral(one)))
  const keyOf = ({ id }: ComparedJob) => `${id} ${byAttempt.value} ${name}`
  const known = useRef(new Map<string, AskedCurve[]>())
  const states = wanted.map((one) => `${keyOf(one)} ${one.job.revision}`)
  const resource = useResource(
    `jobs/curves/${states.join(' ')}`,
    async (options) => {
      const answers = await Promise.all(wanted.map((one) => read(one, name, byAttempt.value, options)))
      const refused = answers.find((answer) => !answer.ok)
      if (refused !== undefined && !refused.ok) return refused
      const curves = wanted.map((one, at) => {
        const answer = answers[at]
        return [keyOf(one), answer?.ok ? answer.data : []] as const
      })
      return { ok: true, headers: new Headers(), data: curves }
    },
    { everyMs: wanted.some(({ job }) => !isFinal(job.status)) ? COMPARED_JOBS_MS : Infinity },
  )
  if (resource.data !== null && resource.data.length > 0) known.current = new Map(resource.data)
  return { curves: new Map(wanted.map((one) => [one.id, known.current.get(keyOf(one)) ?? []])), resource }
}

async function read(compared: ComparedJob, name: string, apart: boolean, options: RequestOptions) {
  const isSplit = apart && hasSeveral(compared)
  const param = { id: encodeURIComponent(compared.id) }
  const query = {
    metrics: name,
    max_points: String(OVERLAY_POINTS_MAX),
    include_superseded: isSplit ? 'true' : 'false',
    format: 'json',
  } as const
  const answer = await request(() => api.jobs[':id'].history.$get({ param, query }), options)
  // Deleted since: the page says so elsewhere.
  if (!answer.ok)
    return answer.refusal.status === 404 ? { ...answer, ok: true as const, data: [], headers: new Headers() } : answer
  const points = typeof answer.data === 'string' ? [] : answer.data.points
  if (!isSplit) return { ...answer, data: [{ attempt: null, rows: rowsOf(points, name) }] }
  const attempts = await request(
    () =>
      api.jobs[':id'].attempts.$get({
        param,
        query: { after: String(Math.max(0, (compared.job.attempt?.number ?? 0) - COMPARED_ATTEMPTS_MAX)) },
      }),
    options,
  )
  if (!attempts.ok) return attempts
  const data = splitByAttempt(points, attempts.data).map(
    ([attempt, own]): AskedCurve => ({ attempt, rows: rowsOf(own, name) }),
  )
  return { ...answer, data }
}
