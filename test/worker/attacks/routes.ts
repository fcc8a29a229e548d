import { app } from '../../../src/app.ts'
import { permissions, type Requirement } from '../../../src/auth/permissions.ts'
import { api, createJob, post, request, runAlarm, runToEnd, send } from '../api.ts'

/** A route, and a valid request to it that has its effects. */
export type RouteRequest = { route: string; needs: Requirement; method: string; path: string; body: unknown }

/** The objects that requests refer to. */
export type Fixtures = { training: string; paused: string; version: string; document: string; token: string }

/** `GET /path/:id` of every route; middleware is registered for all methods. */
export const routes = [
  ...new Set(app.routes.filter(({ method }) => method !== 'ALL').map(({ method, path }) => `${method} ${path}`)),
]

/** A route of the door for MLflow: which run a request is of, only its operation finds out. */
export const isOfMlflow = ({ route }: Pick<RouteRequest, 'route'>): boolean => route.includes(' /mlflow/')

/** Pages and files. */
export const pages = ['/', '/docs', '/docs.html', '/docs/', '/docs/docs.js', '/docs/swagger-ui/swagger-ui-bundle.js']

const document = (id: string) => ({
  id,
  title: 'Zeugnisordnung',
  bundesland: 'BY',
  doc_type: 'verordnung',
  chunks: 1,
  training_allowed: true,
})

const bodies: Record<string, () => unknown> = {
  [`POST ${api}/jobs`]: () => ({ name: 'Zeugnis Bayern', bundeslaender: ['BY'] }),
  [`PATCH ${api}/jobs/:id`]: () => ({ notes: crypto.randomUUID() }),
  [`PUT ${api}/dataset/documents`]: () => ({ documents: [document(`new-${crypto.randomUUID()}`)] }),
  [`POST ${api}/claims`]: () => ({ runner: 'gpu-1', claim_id: crypto.randomUUID() }),
  [`POST ${api}/jobs/:id/uploads`]: () => ({
    path: 'a.bin',
    size: 6_000_000,
    sha256: '0'.repeat(64),
    part_size: 6_000_000,
  }),
  'POST /api/v1/admin/tokens': () => ({ name: crypto.randomUUID(), role: 'admin' }),
  'POST /session': () => ({ token: 'no-token' }),
}

/**
 * Routes that read a JSON body with required fields. What an edit, which has none, refuses is in edits.test.ts, and uploads in
 * uploads.test.ts: there are as many requests to the others as one credential may send in a minute.
 */
export const bodyRoutes = Object.keys(bodies).filter((route) => !/^PATCH|\/uploads$/.test(route))

/** A valid body for such a route, new each time. */
export const bodyOf = (route: string): unknown => bodies[route]?.()

const queries: Record<string, (things: Fixtures) => string> = {
  [`POST ${api}/jobs`]: () => '?when_busy=queue',
  [`GET ${api}/metrics/stream`]: ({ training }) => `?job_id=${training}`,
  [`POST ${api}/jobs/:id/artifacts/:path{[^]+}`]: () => '?verify=true',
  [`GET ${api}/ocr/stream`]: () => '?images_count=1',
}

const ofPaused = [`POST ${api}/jobs/:id/resume`, `DELETE ${api}/jobs/:id`]

function idIn(route: string, things: Fixtures): string {
  if (route.includes('/models/')) return things.version
  if (route.includes('/documents/')) return things.document
  if (route.includes('/tokens/')) return things.token
  return ofPaused.includes(route) ? things.paused : things.training
}

/** A valid request to each route. */
export function requestsTo(things: Fixtures): RouteRequest[] {
  return routes.map((route) => {
    const [method = '', template = ''] = route.split(' ')
    return {
      route,
      // roles.test.ts detects routes that are missing in the table.
      needs: permissions[route] ?? 'admin',
      method,
      path:
        template
          .replace(':path{[^]+}', 'a/b.txt')
          .replace(':upload', '1')
          .replace(':part', '1')
          .replace(':id', idIn(route, things)) + (queries[route]?.(things) ?? ''),
      body: bodyOf(route),
    }
  })
}

/** The request's options for `fetch`. */
export const initOf = ({ method, body }: RouteRequest, headers: Record<string, string> = {}): RequestInit => ({
  method,
  headers: { ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers },
  ...(body === undefined ? {} : { body: JSON.stringify(body) }),
})

/** Creates one of each, while the Worker is open: a job in training, one at rest, an inactive version, and so on. */
export async function createFixtures(): Promise<Fixtures> {
  const versions: string[] = []
  for (let n = 0; n < 2; n++) {
    await runToEnd(await createJob({ epochs: 1 }))
    const [version] = (await (await request(`${api}/models`)).json()) as { id: string }[]
    versions.push(version?.id ?? '')
  }
  const paused = await createJob()
  await runAlarm(paused)
  await post(`${api}/jobs/${paused}/pause`)
  const training = await createJob()
  await runAlarm(training)
  const id = `document-${crypto.randomUUID()}`
  await send('PUT', `${api}/dataset/documents`, { documents: [document(id)] })
  const token = await send('POST', '/api/v1/admin/tokens', { name: crypto.randomUUID(), role: 'viewer' })
  const made = (await token.json()) as { id: string }
  return { training, paused, version: versions[0] ?? '', document: id, token: made.id }
}
