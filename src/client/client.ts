import { hc } from 'hono/client'
import type { App } from '../app.ts'

export type ClientOptions = {
  /** An API token. In a browser that has signed in, none is needed. */
  token?: string | undefined
  /** Instead of the global `fetch`. It must heed the `signal` that it is given. */
  fetch?: typeof fetch | undefined
}

/**
 * The API, typed route by route: `client.api.v1.admin.training.jobs.$get({ query: {} })`. For browsers and Node; of the
 * server it takes nothing but types. Path parameters go into the path as they are: encode what is not an id.
 * Throws a `TypeError` for what is no address or no token.
 *
 * @param baseUrl where the service answers, such as `https://stellwerk.example.workers.dev`
 */
export function createClient(baseUrl: string, { token, fetch }: ClientOptions = {}) {
  // What cannot be sent would look like a server that cannot be reached, and `fetch` would show the token in its error.
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
