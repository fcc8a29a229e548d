import { expect } from 'vitest'
import { api } from '../api.ts'
import { asAdmin, ask } from './closed.ts'
import { bodyOf } from './routes.ts'

const limits: Record<string, number> = { [`PUT ${api}/dataset/documents`]: 2 * 1024 * 1024 }
/** Bytes of the largest body that a route reads. */
export const limitOf = (route: string) => limits[route] ?? 64 * 1024

/** Sends a body to a route that reads one. `type` null: undeclared. */
export function sendTo(
  route: string,
  body: BodyInit,
  type: string | null = 'application/json',
  more: HeadersInit = {},
) {
  const [method = '', path = ''] = route.split(' ')
  const headers = {
    ...asAdmin,
    ...(type === null ? {} : { 'Content-Type': type }),
    ...(more as Record<string, string>),
  }
  return ask(path, { method, headers, body })
}

/** A good body of a route, with more in it. */
export const withMore = (route: string, more: string) => JSON.stringify(bodyOf(route)).replace(/^\{/, `{${more},`)

/** Sends it, and expects that nothing comes of it. */
export async function expectRefusal(sent: Promise<Response>, status: number | number[], what: string) {
  const response = await sent
  expect([status].flat(), `${what}: ${response.status}`).toContain(response.status)
  expect(response.headers.get('content-type'), what).toBe('application/problem+json')
  return (await response.json()) as { detail: string; errors?: { loc: unknown[]; type: string }[] }
}
