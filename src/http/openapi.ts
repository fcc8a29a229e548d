import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Env, Handler } from 'hono'
import {
  eventStreamHeaders,
  refTo,
  refToRequestId,
  sharedAnswers,
  sharedHeaders,
  sharedResponses,
} from './openapi-responses.ts'
import { type ProblemStatus, statusTitles } from './problem.ts'

type Document = ReturnType<OpenAPIHono['getOpenAPI31Document']>
type Operation = NonNullable<NonNullable<Document['paths']>[string]['get']>
type Answer = NonNullable<Operation['responses']>[string]
/** Routes declare their parameters in place, never by reference. */
type Parameter = Exclude<NonNullable<Operation['parameters']>[number], { $ref: string }>

type ParameterSchema = { anyOf?: { type?: 'array' | 'string' }[]; example?: unknown }

/** The words about the API as a whole. */
export type ApiWords = Pick<Document, 'info' | 'servers' | 'tags'>

/** Which route needs which role, by method and path as Hono writes them. */
type Roles = Readonly<Record<string, string>>

const methods = ['get', 'put', 'post', 'patch', 'delete'] as const

/** Answers the OpenAPI document of the whole app; it is made when it is first asked for. `roles`: what each route needs. */
export function openApi<E extends Env>(app: OpenAPIHono<E>, words: ApiWords, roles: Roles): Handler {
  let document: Document | undefined
  return (c) => {
    document ??= describeApi(app, words, roles)
    return c.json(document)
  }
}

/** The document out of the routes' schemas, with what holds for all routes and which none of them declares. */
function describeApi<E extends Env>(app: OpenAPIHono<E>, words: ApiWords, roles: Roles): Document {
  const document = app.getOpenAPI31Document({ openapi: '3.1.1', ...words })
  for (const [path, item] of Object.entries(document.paths ?? {})) {
    for (const method of methods) {
      if (item[method]) complete(item[method], method, path, roles)
    }
  }
  document.components = {
    schemas: document.components?.schemas ?? {},
    responses: sharedResponses,
    headers: sharedHeaders,
    securitySchemes: {
      token: { type: 'http', scheme: 'bearer', description: 'An API token, or the secret `ADMIN_TOKEN`' },
      session: {
        type: 'apiKey',
        in: 'cookie',
        name: '__Host-stellwerk',
        description: 'A session of a browser, by `POST /session`',
      },
      access: {
        type: 'apiKey',
        in: 'header',
        name: 'Cf-Access-Jwt-Assertion',
        description: 'What Cloudflare Access adds to the requests that it lets through',
      },
    },
  }
  return document
}

function complete(operation: Operation, method: string, path: string, roles: Roles): void {
  const parameters = (operation.parameters ?? []) as Parameter[]
  const instance = exampleOf(path, parameters)
  for (const parameter of parameters) completeParameter(parameter)
  const role = roles[`${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`]
  operation.operationId ??= operationIdOf(method, path)
  operation.security ??= role === 'anyone' ? [] : [{ token: [] }, { session: [] }, { access: [] }]
  if (role !== 'anyone') operation.description = `${operation.description ?? ''}\n\nNeeds the role \`${role}\`.`.trim()
  const shared = sharedAnswers({ method, path, role, hasBody: operation.requestBody !== undefined })
  for (const [status, answer] of Object.entries(operation.responses ?? {})) {
    completeAnswer(answer, Number(status), instance)
    // What an operation declares itself stands in the place of what holds for all.
    const other = shared[status]
    if (other !== undefined) answer.description += `. Or: ${sharedResponses[other].description}`
  }
  const refs = Object.fromEntries(Object.entries(shared).map(([status, name]) => [status, refTo(name)]))
  operation.responses = { ...refs, ...operation.responses }
}

function completeAnswer(answer: Answer, status: number, instance: string): void {
  answer.headers = { ...answer.headers, ...refToRequestId }
  const problem = answer.content?.['application/problem+json']
  if (problem) {
    const title = statusTitles[status as ProblemStatus]
    problem.example = { type: 'about:blank', title, status, detail: title, instance, ...problem.example }
  }
  if (answer.content?.['text/event-stream']) {
    answer.description += eventStreamWords
    answer.headers = { ...answer.headers, ...eventStreamHeaders }
  }
}

/** 3.1 has no words for a stream of events: its schema is that of one event's data, and this says the rest. */
const eventStreamWords = `

A stream of server-sent events; the schema describes the \`data\` of one of them. Its first line is \`retry: 2000\`: the
milliseconds after which a client whose connection broke is to come back. The events are unnamed, so that \`onmessage\`
receives them, and each has data:

    id: 3.57
    data: {…}

The \`id\` names the place behind the event. A client that sends its last one as \`Last-Event-ID\`, as \`EventSource\`
does by itself, or as \`after\`, goes on there. A line with a mere colon, between two events, keeps a quiet
stream open and means nothing.`

/**
 * A parameter that may be repeated is declared as one value or many of them; OpenAPI calls both an array. An `example`
 * the docs page fills in when an operation is tried out, which is not meant where the parameter can be left out.
 */
function completeParameter(parameter: Parameter): void {
  const { anyOf = [], example, ...schema } = parameter.schema as ParameterSchema
  const many = anyOf.find((one) => one.type === 'array')
  if (parameter.in === 'query' && many) parameter.schema = many
  else if (!parameter.required && example !== undefined) parameter.schema = { ...schema, examples: [example] }
}

/** `POST /api/v1/admin/training/jobs/{id}/pause` is `postJobsByIdPause`. */
function operationIdOf(method: string, path: string): string {
  const words = path
    .replace(/^\/api\/v1\/admin(\/training)?/, '')
    .replace(/\{(\w+)\}/g, 'by-$1')
    .split(/[^a-z0-9]+/i)
  return method + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
}

/** The path with the examples of its parameters. */
function exampleOf(path: string, parameters: Parameter[]): string {
  return path.replace(/\{(\w+)\}/g, (template, name) => {
    const parameter = parameters.find((one) => one.in === 'path' && one.name === name)
    const { example = template } = (parameter?.schema ?? {}) as { example?: string }
    return example
  })
}
