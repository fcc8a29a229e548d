import { digestOf, type Sender, type Wire } from './request.ts'
import { adminToken, type Server } from './server.ts'

/** The service as the fuzz uses it between its requests, with tokens that must survive the run. */
export async function serviceOf({ client }: Server) {
  const api = '/api/v1/admin'

  const credentials = new Map<Sender, [string, string][]>([
    ['root', [['Authorization', `Bearer ${adminToken}`]]],
    ['nobody', []],
    ['attempt', []],
    ['stranger', []],
  ])

  /** A request, as `root` unless somebody else is named. A body is sent as JSON, a text as it is, with its digest. */
  async function ask(method: string, path: string, body?: object | string, who: Sender = 'root') {
    const headers: [string, string][] = [...(credentials.get(who) ?? [])]
    if (typeof body === 'object') headers.push(['Content-Type', 'application/json'])
    const bytes = body === undefined ? null : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
    if (typeof body === 'string') headers.push(['Repr-Digest', digestOf(bytes)])
    const target = path === '/session' || path === '/openapi.json' ? path : api + path
    const answer = await client.send({ method, target, headers, body: bytes, isChunked: false })
    // biome-ignore lint/suspicious/noExplicitAny: answers are checked elsewhere
    return { ...answer, json: (answer.body === null ? {} : JSON.parse(answer.body)) as any }
  }

  /** The ETag of the resource at a path. */
  async function etag(path: string): Promise<string> {
    const asked: Wire = {
      ...{ method: 'GET', target: path, body: null, isChunked: false },
      headers: [['Authorization', `Bearer ${adminToken}`]],
    }
    return (await client.send(asked)).headers.get('etag') ?? '"none"'
  }

  const ids: string[] = []
  const secrets: string[] = []
  for (const role of ['admin', 'operator', 'viewer', 'runner'] as const) {
    const { id, token } = (await ask('POST', '/tokens', { name: `own ${role}`, role })).json
    ids.push(id)
    secrets.push(token)
    credentials.set(role, [['Authorization', `Bearer ${token}`]])
    // Runners open no sessions.
    if (role === 'runner') continue
    const cookie = (await ask('POST', '/session', { token })).headers.get('set-cookie')?.split(';')[0] ?? ''
    credentials.set(`${role} session`, [['Cookie', cookie]])
  }

  /** The request, with an unknown id in place of one of the fuzz's own tokens, which it must not revoke. */
  function harmless(wire: Wire): Wire {
    const path = wire.target.replace(/%[0-9a-f]{2}/gi, (triplet) =>
      String.fromCharCode(Number(`0x${triplet.slice(1)}`)),
    )
    const isMeant = wire.method === 'DELETE' && ids.some((id) => new RegExp(`/tokens/${id}(?!\\d)`).test(path))
    return isMeant ? { ...wire, target: `${api}/tokens/999999999999998` } : wire
  }

  return { ask, etag, harmless, credentials, secrets }
}

export type Service = Awaited<ReturnType<typeof serviceOf>>
