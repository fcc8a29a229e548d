import { app } from '../../../src/app.ts'
import { permissions } from '../../../src/auth/permissions.ts'
import type { Role } from '../../../src/shared/role.ts'
import { api, createJob, post, request, runAlarm, runToEnd, send } from '../api.ts'

/** A route of the router, and a request to it that would be answered, and would change something if it can. */
export type Asked = { route: string; needs: Role | 'anyone'; method: string; path: string; body: unknown }

/** What there is for requests to be about. */
export type Things = { training: string; paused: string; version: string; document: string; token: string }

/** `GET /path/:id` of everything that the router knows; middleware stands for all methods. */
export const routes = [
  ...new Set(app.routes.filter(({ method }) => method !== 'ALL').map(({ method, path }) => `${method} ${path}`)),
]

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
  [`PUT ${api}/dataset/documents`]: () => ({ documents: [document(`new-${crypto.randomUUID()}`)] }),
  'POST /api/v1/admin/tokens': () => ({ name: crypto.randomUUID(), role: 'admin' }),
  'POST /session': () => ({ token: 'no-token' }),
}

/** Routes that read a JSON body. */
export const bodyRoutes = Object.keys(bodies)

/** A good body of such a route, new each time. */
export const bodyOf = (route: string): unknown => bodies[route]?.()

const queries: Record<string, (things: Things) => string> = {
  [`POST ${api}/jobs`]: () => '?when_busy=queue',
  [`GET ${api}/metrics/stream`]: ({ training }) => `?job_id=${training}`,
  [`GET ${api}/ocr/stream`]: () => '?images_count=1',
}

const ofPaused = [`POST ${api}/jobs/:id/resume`, `DELETE ${api}/jobs/:id`]

function idIn(route: string, things: Things): string {
  if (route.includes('/models/')) return things.version
  if (route.includes('/documents/')) return things.document
  if (route.includes('/tokens/')) return things.token
  return ofPaused.includes(route) ? things.paused : things.training
}

/** A good request to each of the routes. */
export function requestsTo(things: Things): Asked[] {
  return routes.map((route) => {
    const [method = '', template = ''] = route.split(' ')
    return {
      route,
      // What is missing in the table is found by roles.test.ts.
      needs: permissions[route] ?? 'admin',
      method,
      path: template.replace(':id', idIn(route, things)) + (queries[route]?.(things) ?? ''),
      body: bodyOf(route),
    }
  })
}

/** The request as `fetch` takes it. */
export const initOf = ({ method, body }: Asked, headers: Record<string, string> = {}): RequestInit => ({
  method,
  headers: { ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers },
  ...(body === undefined ? {} : { body: JSON.stringify(body) }),
})

/** Makes one of each thing, while the Worker is open: a job that trains, one at rest, a version not in use, and so on. */
export async function makeThings(): Promise<Things> {
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
