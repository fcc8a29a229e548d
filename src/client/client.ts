import type { Hono } from 'hono'
import { hc } from 'hono/client'
import type { BlankEnv, ExtractSchema } from 'hono/types'
import type { App } from '../app.ts'

export type ClientOptions = {
  /** An API token. Not needed in a browser that has signed in. */
  token?: string | undefined
  /** Replaces the global `fetch`. It must support `signal`. */
  fetch?: typeof fetch | undefined
}

/** What is to be sent: a part of it, such as the headers, may be left out when nothing in it is required. */
type Input<T> = { [Part in keyof T as Partial<T[Part]> extends T[Part] ? never : Part]: T[Part] } & {
  [Part in keyof T as Partial<T[Part]> extends T[Part] ? Part : never]?: T[Part] | undefined
}

type Schema = ExtractSchema<App>

type Endpoint<E> = { [Key in keyof E]: Key extends 'input' ? Input<E[Key]> : E[Key] }

/** Every route by path and method: what it takes, and what it answers. */
type Routes = { [Path in keyof Schema]: { [Method in keyof Schema[Path]]: Endpoint<Schema[Path][Method]> } }

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
  return hc<Hono<BlankEnv, Routes, '/'>>(baseUrl, {
    headers: token === undefined ? {} : { Authorization: `Bearer ${token}` },
    ...(fetch ? { fetch } : {}),
  })
}

export type Client = ReturnType<typeof createClient>
