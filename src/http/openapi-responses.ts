import { RETRY_AFTER_S } from '../platform/limits.ts'
import { streamHeaders } from '../platform/sse.ts'
import { type ProblemStatus, statusTitles } from './problem.ts'

/** The header of every response. */
const requestId = {
  description: 'Names the request in the log. A request that brings its own keeps it',
  required: true,
  schema: { type: 'string', example: '5f0c6c5e-5d0e-4c39-9d4e-0d6c5b8f2a11' },
} as const

export const refToRequestId = { 'X-Request-Id': { $ref: '#/components/headers/RequestId' } }

function answer(status: ProblemStatus, description: string, example: { detail?: string; type?: string } = {}) {
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

/** Responses that middleware or error handlers give, so that no route declares them: the document describes each once. */
export const sharedResponses = {
  MalformedBody: answer(400, 'The body is not valid JSON, or not UTF-8', {
    type: 'urn:stellwerk:problem:not-utf8',
    detail: 'The body is not valid UTF-8: save or convert it as UTF-8, and send it again',
  }),
  Unauthorized: {
    ...answer(401, 'Nobody known asks: without a credential, or with one that does not hold or holds no longer', {
      type: 'urn:stellwerk:problem:unauthorized',
      detail: 'Sign in, or send a token: Authorization: Bearer <token>',
    }),
    headers: {
      ...refToRequestId,
      'WWW-Authenticate': {
        description: 'What is missing (RFC 6750)',
        required: true,
        schema: { type: 'string', example: 'Bearer realm="stellwerk"' },
      },
    },
  },
  Forbidden: answer(
    403,
    'His role does not suffice, Cloudflare Access lets him in and he has none, or another site sent it',
    {
      type: 'urn:stellwerk:problem:forbidden',
      detail: 'This takes the role operator; yours is viewer',
    },
  ),
  TooManyRequests: {
    ...answer(429, 'Too many reads, writes or streams with this credential, or failed attempts from this address', {
      type: 'urn:stellwerk:problem:too-many-writes',
      detail: 'Too many writes with this credential: wait a minute',
    }),
    headers: {
      ...refToRequestId,
      'Retry-After': {
        description: 'Seconds after which to try again',
        required: true,
        schema: { type: 'string', example: '60' },
      },
    },
  },
  Unavailable: {
    ...answer(
      503,
      'The database does not answer; or the service has been given nothing by which it could let anybody in',
      {
        type: 'urn:stellwerk:problem:unavailable',
        detail: 'The database does not answer: try again',
      },
    ),
    headers: {
      ...refToRequestId,
      'Retry-After': {
        description: 'Seconds after which to try again, where that may help',
        schema: { type: 'string', example: String(RETRY_AFTER_S) },
      },
    },
  },
  UnknownPath: answer(404, 'There is nothing at this path'),
  MethodNotAllowed: {
    ...answer(405, 'This path does not take this method', { detail: 'This path takes GET, HEAD, POST' }),
    headers: {
      ...refToRequestId,
      Allow: {
        description: 'The methods it takes',
        required: true,
        schema: { type: 'string', example: 'GET, HEAD, POST' },
      },
    },
  },
  BodyTooLarge: answer(413, 'The body is too large', { detail: 'The body is too large: at most 64 KiB' }),
  NotDeclaredAsJson: answer(415, 'The body is not declared as JSON, or has a `Content-Encoding`', {
    detail: 'Send the body as JSON, with Content-Type: application/json',
  }),
  Unexpected: answer(500, 'What nobody foresaw: try again; the log knows more under `request_id`', {
    detail: 'Something went wrong here. The log knows more under the request id.',
  }),
} as const

/** The headers of every event stream. */
export const eventStreamHeaders = {
  'Cache-Control': {
    description: 'Nothing on the way may keep or change it',
    schema: { type: 'string', example: streamHeaders['Cache-Control'] },
  },
  'X-Accel-Buffering': {
    description: 'Tells nginx not to hold events back',
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
    ...(path === '/health' ? {} : { 503: 'Unavailable' }),
  }
}

type OperationFacts = { method: string; path: string; role: string | undefined; hasBody: boolean }
