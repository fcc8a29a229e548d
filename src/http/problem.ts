import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { RETRY_AFTER_S, VALIDATION_ERRORS_MAX } from '../platform/limits.ts'
import { withoutTokens } from '../platform/token-pattern.ts'
import * as document from './problem-document.ts'

/** The statuses a problem can have, with their titles. */
export const statusTitles = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  410: 'Gone',
  411: 'Length Required',
  412: 'Precondition Failed',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  416: 'Range Not Satisfiable',
  422: 'Unprocessable Content',
  426: 'Upgrade Required',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
} as const

/** The statuses a problem can have. */
export type ProblemStatus = keyof typeof statusTitles

/** One error in a request: where (with FastAPI's names), what, and its kind. */
export const ValidationError = z
  .object({
    loc: z.array(z.union([z.string(), z.number()])).openapi({
      example: ['body', 'epochs'],
      description:
        '`body`, `query`, `path` or `header`, followed by the names and indexes (from 0) that lead to the value',
    }),
    msg: z.string().openapi({ example: 'Must be at most 100', description: 'What is wrong, for people' }),
    type: z.string().openapi({ example: 'too_big', description: 'The kind of error, for programs' }),
  })
  .openapi('ValidationError', { description: 'One error in a request' }) satisfies z.ZodType<document.ValidationError>

/** The error format of every route: RFC 9457, `application/problem+json`. */
export const Problem = z
  .object({
    type: z.string().openapi({
      example: 'about:blank',
      description:
        'The kind of problem, for programs: `urn:stellwerk:problem:…`, or about:blank when the status is enough',
    }),
    title: z.string().openapi({ example: 'Conflict', description: 'The status in words' }),
    status: z.int().openapi({ example: 409, description: 'The HTTP status' }),
    detail: z
      .string()
      .openapi({ example: 'Another training job is already running', description: 'What is wrong, for people' }),
    instance: z.string().openapi({ example: '/api/v1/admin/training/jobs', description: 'The path of the request' }),
    request_id: z.string().optional().openapi({
      example: '5f0c6c5e-5d0e-4c39-9d4e-0d6c5b8f2a11',
      description: 'With 500 only: identifies the request in the log',
    }),
    errors: z
      .array(ValidationError)
      .optional()
      .openapi({ description: `With 422 only: the errors, at most the first ${VALIDATION_ERRORS_MAX}` }),
    expected_sequence: z
      .int()
      .optional()
      .openapi({ description: 'With sequence-gap only: the number that the next report must have' }),
    reason: z
      .enum(document.attemptEnds)
      .optional()
      .openapi({ description: 'With attempt-over only: why the attempt is over' }),
  })
  .openapi('Problem', {
    description: 'Why a request was rejected or failed (RFC 9457)',
  }) satisfies z.ZodType<document.Problem>

/** Optional parts of a problem. */
export type ProblemExtras = {
  /** Last part of the problem's `type`; if omitted, the type is `about:blank`. */
  kind?: string
  errors?: document.ValidationError[]
  /** Further members of the document. */
  members?: Pick<document.Problem, 'expected_sequence' | 'reason'>
  headers?: Record<string, string>
}

const typeOf = (kind: string | undefined) => (kind ? `urn:stellwerk:problem:${kind}` : 'about:blank')

/** Answers with a problem. `detail` says what is wrong and, where it is not obvious, what to do. */
export function problem<S extends ProblemStatus>(c: Context, status: S, detail: string, extras: ProblemExtras = {}) {
  const body: document.Problem = {
    type: typeOf(extras.kind),
    title: statusTitles[status],
    status,
    detail,
    instance: withoutTokens(c.req.path),
    ...(status === 500 ? { request_id: c.get('requestId') as string } : {}),
    ...(extras.errors ? { errors: extras.errors } : {}),
    ...extras.members,
  }
  return c.json(body, status, { ...extras.headers, 'Content-Type': 'application/problem+json' })
}

/** Answers 422 and lists the request's errors, at most VALIDATION_ERRORS_MAX of them. */
export function invalid(c: Context, errors: document.ValidationError[], kind = 'invalid-request') {
  const first = errors[0]
  const detail = first ? `${first.loc.join('.')}: ${first.msg}` : 'The request is not valid'
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more, see errors)` : ''
  return problem(c, 422, detail + more, { kind, errors: errors.slice(0, VALIDATION_ERRORS_MAX) })
}

/**
 * Describes a problem in a route's `responses`. The text in backticks becomes the detail of the example.
 *
 * @param kind the kind of the example; if omitted, its type is `about:blank`
 */
export function problemResponse(description: string, kind?: string) {
  const detail = /`(.+?)`/.exec(description)?.[1] ?? description
  return describeProblem(description, { type: typeOf(kind), detail })
}

/** Describes a temporary problem: its header says when to try again. */
export function retryLaterResponse(description: string, kind: string) {
  const headers = z.object({
    'Retry-After': z
      .string()
      .optional()
      .openapi({
        example: String(RETRY_AFTER_S),
        description: 'Seconds to wait before retrying, where a retry may help',
      }),
  })
  return { ...problemResponse(description, kind), headers }
}

const describeProblem = (description: string, example: object) => ({
  description,
  content: { 'application/problem+json': { schema: Problem, example } },
})

/** Declares 422 where a handler answers it. Every route can; the OpenAPI document describes it once. */
export const invalidResponse = { 422: describeProblem('The request is not valid', {}) }
