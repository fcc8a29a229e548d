import { ApiError, type Client, type JobSnapshot } from '../../src/client/index.ts'
import { JOB_ID_PREFIX_LENGTH_MIN } from '../../src/platform/limits.ts'

/** Jobs among which a shortened id is looked up: the largest page. */
const LOOKED_UP_MAX = 200

const wholeId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

type Answer = { ok: boolean; status: number; headers: Headers; text(): Promise<string> }

/** The answer to a request. @throws ApiError for an error, or an answer that is not the API's */
export async function accepted<R extends Answer>(request: Promise<R>): Promise<Extract<R, { ok: true }>> {
  const response = await request
  if (!response.ok) throw await ApiError.of(response)
  const type = response.headers.get('Content-Type')
  if (type?.startsWith('application/json')) return response as Extract<R, { ok: true }>
  throw new ApiError(response.status, null, 'The response is not from a Stellwerk; check --url or STELLWERK_URL.')
}

/** The id with this prefix, a short one among the newest jobs. @throws ApiError (404) when no job has it, or several have */
export async function findId(client: Client, beginning: string): Promise<string> {
  const wanted = beginning.toLowerCase()
  if (wholeId.test(wanted)) return wanted
  // From so many characters on the service finds it among all jobs.
  const query = { limit: String(LOOKED_UP_MAX), ...(wanted.length < JOB_ID_PREFIX_LENGTH_MIN ? {} : { q: wanted }) }
  const jobs = await (await accepted(client.api.v1.admin.training.jobs.$get({ query }))).json()
  const found = jobs.filter(({ id }) => id.startsWith(wanted))
  if (found.length === 1 && found[0]) return found[0].id
  const where = wanted.length < JOB_ID_PREFIX_LENGTH_MIN ? ` among the newest ${LOOKED_UP_MAX}` : ''
  const message =
    found.length === 0
      ? `No job id${where} starts with "${beginning}".`
      : `${found.length} job ids${where} start with "${beginning}"; use a longer prefix.`
  throw new ApiError(404, null, message)
}

/** A job's current state. */
export async function readJob(client: Client, id: string): Promise<JobSnapshot> {
  const request = client.api.v1.admin.training.jobs[':id'].$get({ param: { id } })
  return (await accepted(request)).json() as Promise<JobSnapshot>
}
