import type { Context } from 'hono'
import { createMiddleware } from 'hono/factory'
import { HTTPException } from 'hono/http-exception'
import type { AppEnv } from '../../auth/env.ts'
import { handleError } from '../../http/errors.ts'
import { problem } from '../../http/problem.ts'
import type { Problem } from '../../http/problem-document.ts'

/** The root of the door: the value of MLFLOW_TRACKING_URI is the service's address with it. */
export const MLFLOW_ROOT = '/mlflow'

/** The error codes of MLflow's wire that the door gives, by kind of problem or else by status. */
const codesByKind: Readonly<Record<string, string>> = {
  'resource-already-exists': 'RESOURCE_ALREADY_EXISTS',
  'endpoint-not-found': 'ENDPOINT_NOT_FOUND',
}
const codesByStatus: Readonly<Record<number, string>> = {
  400: 'INVALID_PARAMETER_VALUE',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'RESOURCE_DOES_NOT_EXIST',
  405: 'ENDPOINT_NOT_FOUND',
  409: 'RESOURCE_CONFLICT',
  410: 'INVALID_STATE',
  413: 'BAD_REQUEST',
  422: 'INVALID_PARAMETER_VALUE',
  429: 'REQUEST_LIMIT_EXCEEDED',
  503: 'TEMPORARILY_UNAVAILABLE',
}

/** Gives every problem that a client of MLflow is answered the two members that it reads. */
export const mlflowErrors = createMiddleware<AppEnv>(async (c, next) => {
  await next()
  if (c.res.status < 400 || !c.res.headers.get('Content-Type')?.startsWith('application/problem+json')) return
  const body = (await c.res.json()) as Problem
  const kind = body.type.split(':').at(-1) ?? ''
  const { status, headers } = c.res
  // MLflow has one status for what makes no sense, and one for what is not offered.
  const sent = status === 422 ? 400 : status === 405 ? 404 : status
  const error_code = codesByKind[kind] ?? codesByStatus[status] ?? 'INTERNAL_ERROR'
  const message = status === 405 ? `${c.req.method} is not offered here; use ${headers.get('Allow')}` : body.detail
  const error_class = error_code === 'RESOURCE_DOES_NOT_EXIST' ? 'RESOURCE_NOT_FOUND' : error_code
  const answer = { ...body, status: sent, detail: message, error_code, message, error_class, sqlstate: 'KAM00' }
  c.res = new Response(JSON.stringify(answer), { status: sent, headers: withoutLength(headers) })
})

const withoutLength = (headers: Headers): Headers => {
  const kept = new Headers(headers)
  kept.delete('Content-Length')
  return kept
}

/** Answers an error thrown by a handler of the door. */
export const handleDoorError = (error: Error, c: Context): Response =>
  error instanceof DoorError ? error.answer(c) : handleError(error, c)

/** An answer that ends the request, thrown from wherever it is found out. */
export class DoorError extends HTTPException {
  readonly #status: 400 | 403 | 404
  readonly #kind: string | undefined

  constructor(status: 400 | 403 | 404, message: string, kind?: string) {
    super(status, { message })
    this.#status = status
    this.#kind = kind
  }

  answer(c: Context): Response {
    return problem(c, this.#status, this.message, this.#kind === undefined ? {} : { kind: this.#kind })
  }
}

/** A parameter that is missing or makes no sense. */
export const invalidParameter = (message: string) => new DoorError(400, message)

/** Something that there is not. */
export const doesNotExist = (message: string) => new DoorError(404, message)

/** Something that the client asks for and that the door has not. `what`: with its verb, such as `Prompts are`. */
export const notOfferedHere = (what: string) =>
  new DoorError(
    404,
    `${what} not offered here: runs, experiments, artifacts, models and versions are`,
    'endpoint-not-found',
  )

/** Something that exists already. */
export const alreadyExists = (message: string) => new DoorError(400, message, 'resource-already-exists')

/** Something that the credential may not do. */
export const denied = (message: string) => new DoorError(403, message, 'forbidden')
