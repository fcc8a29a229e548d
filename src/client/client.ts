import { hc } from 'hono/client'
import type { App } from '../app.ts'

export type ClientOptions = {
  /** An API token. Not needed in a browser that has signed in. */
  token?: string | undefined
  /** Replaces the global `fetch`. It must support `signal`. */
  fetch?: typeof fetch | undefined
}

/**
 * The API, typed per route: `client.api.v1.admin.training.jobs.$get({ query: {} })`. For browsers and Node; it imports
 * only types from the server. Path parameters are not encoded: encode everything that is not an id.
 *
 * @param baseUrl the service's address, such as `https://stellwerk.example.workers.dev`
 * @throws TypeError when the address or the token is not valid
 */
export function createClient(baseUrl: string, { token, fetch }: ClientOptions = {}) {
  // `fetch` would fail as if the server were unreachable, and its error would contain the token.
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token))
    throw new TypeError('A token is printable ASCII without spaces')
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : null
  if (url?.username || url?.password) throw new TypeError('The address must hold no user and no password')
  if (!/^https?:$/.test(url?.protocol ?? '')) throw new TypeError(`Not an http address: ${baseUrl}`)
  return hc<App>(baseUrl, {
    headers: token === undefined ? {} : { Authorization: `Bearer ${token}` },
    ...(fetch ? { fetch } : {}),
  })
}

export type Client = ReturnType<typeof createClient>
