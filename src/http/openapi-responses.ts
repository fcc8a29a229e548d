import type { z } from '@hono/zod-openapi'
import { RETRY_AFTER_S } from '../platform/limits.ts'
import { streamHeaders } from '../platform/sse.ts'
import { type Problem, type ProblemStatus, statusTitles } from './problem.ts'

/** The header of every response. */
const requestId = {
  description: 'Identifies the request in the log. An id sent with the request is kept',
  required: true,
  schema: { type: 'string', example: '5f0c6c5e-5d0e-4c39-9d4e-0d6c5b8f2a11' },
} as const

export const refToRequestId = { 'X-Request-Id': { $ref: '#/components/headers/RequestId' } }

function answer(status: ProblemStatus, description: string, example: Partial<z.infer<typeof Problem>> = {}) {
  const problem = {
    type: 'about:blank',
    title: statusTitles[status],
    status,
    detail: description,
    instance: '/api/v1/admin/training/jobs',
    ...example,
  }
  return {
    description,
    headers: refToRequestId,
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' }, example: problem } },
  }
}

/** Responses of middleware and error handlers, which no route declares: the document describes each once. */
export const sharedResponses = {
  MalformedBody: answer(400, 'The body is not valid JSON, or not UTF-8', {
    type: 'urn:stellwerk:problem:not-utf8',
    detail: 'The body is not valid UTF-8. Convert it to UTF-8 and send it again.',
  }),
  Unauthorized: {
    ...answer(401, 'No credential, or one that is invalid, expired or revoked', {
      type: 'urn:stellwerk:problem:unauthorized',
      detail: 'Sign in, or send a token: Authorization: Bearer <token>',
    }),
    headers: {
      ...refToRequestId,
      'WWW-Authenticate': {
        description: 'The authentication scheme and error (RFC 6750)',
        required: true,
        schema: { type: 'string', example: 'Bearer realm="stellwerk"' },
      },
    },
  },
  Forbidden: answer(
    403,
    "The caller's role is insufficient, the caller has no role (Cloudflare Access) or another job's token, or the request " +
      'is cross-site',
    {
      type: 'urn:stellwerk:problem:forbidden',
      detail: 'Requires role operator; you have viewer',
    },
  ),
  TooManyRequests: {
    ...answer(
      429,
      'Too many reads, writes, reports or streams with this credential, or failed attempts from this address',
      {
        type: 'urn:stellwerk:problem:too-many-writes',
        detail: 'Too many writes with this credential; wait a minute',
      },
    ),
    headers: {
      ...refToRequestId,
      'Retry-After': {
        description: 'Seconds to wait before retrying',
        required: true,
        schema: { type: 'string', example: '60' },
      },
    },
  },
  Unavailable: {
    ...answer(503, 'The database does not respond, or no authentication is configured', {
      type: 'urn:stellwerk:problem:unavailable',
      detail: 'The database does not respond. Try again.',
    }),
    headers: {
      ...refToRequestId,
      'Retry-After': {
        description: 'Seconds to wait before retrying, where a retry may help',
        schema: { type: 'string', example: String(RETRY_AFTER_S) },
      },
    },
  },
  MethodNotAllowed: {
    ...answer(405, 'The path does not support this method', { detail: 'Method not allowed; use GET, HEAD, POST' }),
    headers: {
      ...refToRequestId,
      Allow: {
        description: 'The supported methods',
        required: true,
        schema: { type: 'string', example: 'GET, HEAD, POST' },
      },
    },
  },
  BodyTooLarge: answer(413, 'The body is too large', { detail: 'The body is too large; the maximum is 64 KiB' }),
  NotDeclaredAsJson: answer(415, 'The body is not declared as JSON, or has a `Content-Encoding`', {
    detail: 'Send the body as JSON, with Content-Type: application/json',
  }),
  InvalidRequest: answer(422, 'The request is not valid; `errors` lists what is wrong', {
    type: 'urn:stellwerk:problem:invalid-request',
    detail: 'query.limit: Must be at most 200',
    errors: [{ loc: ['query', 'limit'], msg: 'Must be at most 200', type: 'too_big' }],
  }),
  Unexpected: answer(500, 'An unexpected error; `request_id` identifies it in the log', {
    detail: 'Internal error. Quote request_id when reporting it.',
  }),
} as const

/** The headers of every event stream. */
export const eventStreamHeaders = {
  'Cache-Control': {
    description: 'Proxies must neither store nor transform the stream',
    schema: { type: 'string', example: streamHeaders['Cache-Control'] },
  },
  'X-Accel-Buffering': {
    description: 'Tells nginx not to buffer events',
    schema: { type: 'string', example: streamHeaders['X-Accel-Buffering'] },
  },
} as const

export const sharedHeaders = { RequestId: requestId }

export type SharedResponse = keyof typeof sharedResponses

export const refTo = (name: SharedResponse) => ({ $ref: `#/components/responses/${name}` })

/** The shared responses of an operation, by status; they depend on the role that it requires. */
export function sharedResponsesFor({ method, path, role, hasBody }: OperationFacts): Record<string, SharedResponse> {
  const isPublic = role === 'anyone'
  // Signing in is public and checks the token in its body.
  const checksCredential = !isPublic || hasBody
  return {
    ...(hasBody ? { 400: 'MalformedBody', 413: 'BodyTooLarge', 415: 'NotDeclaredAsJson' } : {}),
    ...(checksCredential ? { 401: 'Unauthorized', 429: 'TooManyRequests' } : {}),
    ...(checksCredential || method !== 'get' ? { 403: 'Forbidden' } : {}),
    500: 'Unexpected',
    // A probe's query is ignored. What else it may be refused for belongs to its path, and stands for all the others.
    ...(path === '/health' ? { 405: 'MethodNotAllowed' } : { 422: 'InvalidRequest', 503: 'Unavailable' }),
  }
}

type OperationFacts = { method: string; path: string; role: string | undefined; hasBody: boolean }
