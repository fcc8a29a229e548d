import { streamHeaders } from '../sse.ts'
import { type ProblemStatus, statusTitles } from './problem.ts'

/** On every answer. */
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

/** What no route declares, since it comes before or behind all of them: the document describes each once. */
export const sharedResponses = {
  MalformedBody: answer(400, 'The body is not valid JSON'),
  Unauthorized: {
    ...answer(401, 'The service has an admin token, and the request does not bear it', {
      type: 'urn:stellwerk:problem:unauthorized',
      detail: 'Send the admin token: Authorization: Bearer <token>',
    }),
    headers: {
      ...refToRequestId,
      'WWW-Authenticate': {
        description: 'What is missing (RFC 6750)',
        required: true,
        schema: { type: 'string', example: 'Bearer realm=""' },
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
  NotDeclaredAsJson: answer(415, 'The body is not declared as JSON', {
    detail: 'Send the body as JSON, with Content-Type: application/json',
  }),
  Unexpected: answer(500, 'What nobody foresaw: try again; the log knows more under `request_id`', {
    detail: 'Something went wrong here. The log knows more under the request id.',
  }),
} as const

/** On every stream of events. */
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

const ref = (name: keyof typeof sharedResponses) => ({ $ref: `#/components/responses/${name}` })

/** What an operation can answer beside what it declares. */
export function sharedAnswers(operation: { hasBody: boolean; isGuarded: boolean }) {
  return {
    ...(operation.hasBody
      ? { 400: ref('MalformedBody'), 413: ref('BodyTooLarge'), 415: ref('NotDeclaredAsJson') }
      : {}),
    ...(operation.isGuarded ? { 401: ref('Unauthorized') } : {}),
    500: ref('Unexpected'),
  }
}
