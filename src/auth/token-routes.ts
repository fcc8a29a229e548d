import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { success, successResponse } from '../http/action-result.ts'
import { jsonBody } from '../http/json-body.ts'
import { linkHeader, linkNext } from '../http/pagination.ts'
import { invalid, invalidResponse, problem, problemResponse } from '../http/problem.ts'
import { BODY_BYTES_MAX, TOKENS_MAX } from '../platform/limits.ts'
import { log } from '../platform/log.ts'
import { sha256 } from '../platform/sha256.ts'
import { timestamp } from '../shared/timestamp.ts'
import type { AppEnv } from './env.ts'
import { ApiToken, NewApiToken, TokenIdParam, TokenInput, TokenListQuery } from './schema.ts'
import { newToken } from './token.ts'
import { clearTokenCache } from './token-cache.ts'
import { type StoredToken, tokenStore } from './token-store.ts'

const tags = ['Access']

const listRoute = createRoute({
  method: 'get',
  path: '/tokens',
  tags,
  summary: 'API tokens, newest first',
  request: { query: TokenListQuery },
  responses: {
    200: {
      description: 'A page of tokens, without their secret values',
      headers: linkHeader,
      content: { 'application/json': { schema: z.array(ApiToken) } },
    },
    ...invalidResponse,
  },
})

const createTokenRoute = createRoute({
  method: 'post',
  path: '/tokens',
  tags,
  summary: 'Create an API token',
  description: 'Only this response contains the token; only its SHA-256 is stored.',
  request: { body: { required: true, content: { 'application/json': { schema: TokenInput } } } },
  middleware: jsonBody(BODY_BYTES_MAX),
  responses: {
    201: {
      description: 'The new token',
      headers: z.object({ 'Cache-Control': z.literal('no-store').openapi({ description: 'The token is a secret' }) }),
      content: { 'application/json': { schema: NewApiToken } },
    },
    409: problemResponse('`Another token has this name`, or there are too many', 'name-taken'),
    ...invalidResponse,
  },
})

const revokeRoute = createRoute({
  method: 'delete',
  path: '/tokens/{id}',
  tags,
  summary: 'Revoke an API token',
  description:
    'Requests with it are rejected within 20 s everywhere; sessions and streams opened with it end within 60 s.',
  request: { params: TokenIdParam },
  responses: { ...successResponse, 404: problemResponse('`Token not found`', 'not-found'), ...invalidResponse },
})

const inPast = { loc: ['body', 'expires_at'], msg: 'Must be in the future', type: 'in_past' }

/** API tokens: create, list, revoke. */
export const tokens = new OpenAPIHono<AppEnv>()
  .openapi(listRoute, async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const page = await tokenStore(c.env.DB).list(Number(cursor ?? Number.MAX_SAFE_INTEGER), limit)
    linkNext(c, page.next)
    return c.json(page.rows.map(toApiToken), 200)
  })
  .openapi(createTokenRoute, async (c) => {
    const { name, role, expires_at } = c.req.valid('json')
    const created_ms = Date.now()
    const expires_ms = expires_at === null ? null : Date.parse(expires_at)
    if (expires_ms !== null && expires_ms <= created_ms) return invalid(c, [inPast])
    const token = newToken()
    const created_by = c.get('actor')
    const hash = await sha256(token)
    const stored = await tokenStore(c.env.DB).add({ hash, name, role, created_ms, created_by, expires_ms })
    if (stored === 'name_taken') return problem(c, 409, 'Another token has this name', { kind: 'name-taken' })
    if (stored === 'too_many') {
      return problem(c, 409, `The maximum of ${TOKENS_MAX} tokens is reached; revoke one first`, {
        kind: 'too-many-tokens',
      })
    }
    log('info', 'token_created', { token_id: stored.id, name, role, actor: created_by })
    c.header('Cache-Control', 'no-store')
    return c.json({ ...toApiToken(stored), token }, 201)
  })
  .openapi(revokeRoute, async (c) => {
    const { id } = c.req.valid('param')
    const name = await tokenStore(c.env.DB).revoke(Number(id))
    if (name === null) return problem(c, 404, 'Token not found', { kind: 'not-found' })
    clearTokenCache()
    log('info', 'token_revoked', { token_id: Number(id), name, actor: c.get('actor') })
    return c.json(success('Token revoked'), 200)
  })

function toApiToken({ id, name, role, created_ms, created_by, expires_ms, last_used_ms }: StoredToken) {
  return {
    id: String(id),
    name,
    role,
    created_at: timestamp(created_ms),
    created_by,
    expires_at: timestamp(expires_ms),
    last_used_at: timestamp(last_used_ms),
  }
}
