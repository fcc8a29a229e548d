import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { Hono } from 'hono'
import { requestId } from 'hono/request-id'
import { authenticate, requireSettings } from '../../../src/auth/authenticate.ts'
import { authorize } from '../../../src/auth/authorize.ts'
import type { AppEnv } from '../../../src/auth/env.ts'
import { newJobToken } from '../../../src/auth/job-token.ts'
import { noteValidJobToken, refuseFailedJobToken } from '../../../src/auth/job-token-verdict.ts'
import { permissions, type Requirement } from '../../../src/auth/permissions.ts'
import { sha256 } from '../../../src/platform/sha256.ts'
import { api } from '../api.ts'
import { newAddress } from './closed.ts'

/** Routes as attempts have them, with the service's own authentication and authorization in front. */
const required: Record<string, Requirement> = {
  [`POST ${api}/claims`]: 'runner',
  [`POST ${api}/jobs/:id/reports`]: 'job',
}
Object.assign(permissions, required)

/** Hashes of the tokens that a job knows. */
const known = new Set<string>()

/** The jobs that were asked whether they know a token. */
export const askedJobs: string[] = []

const attempts = new Hono<AppEnv>()
  .use(requestId(), requireSettings, authenticate, authorize)
  .post(`${api}/claims`, (c) => c.json({ actor: c.get('actor') }))
  .post(`${api}/jobs/:id/reports`, async (c) => {
    askedJobs.push(c.req.param('id'))
    if (!known.has(c.get('credential').jobToken?.hash ?? '')) return refuseFailedJobToken(c)
    noteValidJobToken(c)
    return c.json({ actor: c.get('actor') })
  })

/** A token that its job knows. */
export async function attemptAt(jobId: string): Promise<string> {
  const token = newJobToken(jobId)
  known.add(await sha256(token))
  return token
}

/** Makes a job forget a token, as the next attempt does. */
export const fence = async (token: string): Promise<boolean> => known.delete(await sha256(token))

/** A request to these routes, from a new address unless it has one. */
export async function send(path: string, headers: Record<string, string> = {}, method = 'POST'): Promise<Response> {
  const ctx = createExecutionContext()
  const from = { 'CF-Connecting-IP': newAddress(), ...headers }
  const response = await attempts.fetch(new Request(`http://localhost${path}`, { method, headers: from }), env, ctx)
  await waitOnExecutionContext(ctx)
  return response
}

export const reportsOf = (jobId: string): string => `${api}/jobs/${jobId}/reports`
export const claims = `${api}/claims`
