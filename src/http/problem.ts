import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { VALIDATION_ERRORS_MAX } from '../limits.ts'

const statusTitles = {
  400: 'Bad Request',
  401: 'Unauthorized',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
} as const

/** The statuses a problem can have. */
export type ProblemStatus = keyof typeof statusTitles

/** One thing wrong with a request: where (as FastAPI names it), what, and of which kind. */
export const ValidationError = z
  .object({
    loc: z.array(z.union([z.string(), z.number()])).openapi({ example: ['body', 'epochs'] }),
    msg: z.string().openapi({ example: 'Too big: expected number to be <=100' }),
    type: z.string().openapi({ example: 'too_big' }),
  })
  .openapi('ValidationError')
export type ValidationError = z.infer<typeof ValidationError>

/** An error as every route answers it: RFC 9457, `application/problem+json`. */
export const Problem = z
  .object({
    type: z.string().openapi({
      example: 'about:blank',
      description: 'Names the kind of problem; about:blank when the status says it all',
    }),
    title: z.string().openapi({ example: 'Conflict' }),
    status: z.int().openapi({ example: 409 }),
    detail: z.string().openapi({ example: 'Another training job is already running' }),
    instance: z
      .string()
      .openapi({ example: '/api/v1/admin/training/jobs', description: 'The path that was asked for' }),
    request_id: z.string().optional().openapi({ description: 'With 500 only: the same id stands in the log' }),
    errors: z.array(ValidationError).optional().openapi({ description: 'With 422 only: each thing that is wrong' }),
  })
  .openapi('Problem')

/** What a problem may carry beside its status and detail. */
export type ProblemExtras = {
  /** Last part of the problem's `type`; without it the type is `about:blank`. */
  kind?: string
  errors?: ValidationError[]
  headers?: Record<string, string>
}

/** Answers with a problem. `detail` is a sentence for people that says what to do where it is not plain. */
export function problem<S extends ProblemStatus>(c: Context, status: S, detail: string, extras: ProblemExtras = {}) {
  const body: z.infer<typeof Problem> = {
    type: extras.kind ? `urn:stellwerk:problem:${extras.kind}` : 'about:blank',
    title: statusTitles[status],
    status,
    detail,
    instance: c.req.path,
    ...(status === 500 ? { request_id: c.get('requestId') as string } : {}),
    ...(extras.errors ? { errors: extras.errors } : {}),
  }
  return c.json(body, status, { ...extras.headers, 'Content-Type': 'application/problem+json' })
}

/** Answers 422 with everything that is wrong with the request; at most VALIDATION_ERRORS_MAX of it is listed. */
export function invalid(c: Context, errors: ValidationError[]) {
  const first = errors[0]
  const detail = first ? `${first.loc.join('.')}: ${first.msg}` : 'The request is not valid'
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more, see errors)` : ''
  return problem(c, 422, detail + more, { kind: 'invalid-request', errors: errors.slice(0, VALIDATION_ERRORS_MAX) })
}

/** The description of a problem answer, for a route's `responses`. */
export function problemResponse(description: string) {
  return { description, content: { 'application/problem+json': { schema: Problem } } }
}

/** 422, which every route that reads anything from the request can answer. */
export const invalidResponse = { 422: problemResponse('The request is not valid; `errors` lists what is wrong') }
