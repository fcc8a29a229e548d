import { expect } from 'vitest'
import { api } from '../api.ts'
import { asAdmin, ask } from './closed.ts'
import { bodyOf } from './routes.ts'

const limits: Record<string, number> = { [`PUT ${api}/dataset/documents`]: 2 * 1024 * 1024 }
/** Maximum bytes of a body that a route reads. */
export const limitOf = (route: string) => limits[route] ?? 64 * 1024

/** Sends a body to a route. `type` null: undeclared. */
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

/** A valid body for a route, with more members. */
export const withMore = (route: string, more: string) => JSON.stringify(bodyOf(route)).replace(/^\{/, `{${more},`)

/** Expects that a request is refused with one of these statuses. */
export async function expectRefusal(sent: Promise<Response>, status: number | number[], what: string) {
  const response = await sent
  expect([status].flat(), `${what}: ${response.status}`).toContain(response.status)
  expect(response.headers.get('content-type'), what).toBe('application/problem+json')
  return (await response.json()) as { detail: string; errors?: { loc: unknown[]; type: string }[] }
}
