import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Env, Handler } from 'hono'
import { routeName } from './described-routes.ts'
import {
  eventStreamHeaders,
  refTo,
  refToRequestId,
  sharedHeaders,
  sharedResponses,
  sharedResponsesFor,
} from './openapi-responses.ts'
import { type ProblemStatus, statusTitles } from './problem.ts'

type Document = ReturnType<OpenAPIHono['getOpenAPI31Document']>
type Operation = NonNullable<NonNullable<Document['paths']>[string]['get']>
type Answer = NonNullable<Operation['responses']>[string]
/** Routes declare their parameters in place, never by reference. */
type Parameter = Exclude<NonNullable<Operation['parameters']>[number], { $ref: string }>

type ObjectSchema = { properties?: Record<string, { default?: unknown; description?: string; allOf?: object[] }> }
type ParameterSchema = { anyOf?: { type?: 'array' | 'string' }[]; example?: unknown }

/** What the document says about the API as a whole. */
export type OpenApiInfo = Pick<Document, 'info' | 'servers' | 'tags'>

/** What each route requires, by method and path as Hono writes them: a role, `anyone`, or `job`. */
type Roles = Readonly<Record<string, string>>

const methods = ['get', 'put', 'post', 'patch', 'delete'] as const

/** Answers the OpenAPI document of the whole app, which is built at the first request. */
export function openApi<E extends Env>(app: OpenAPIHono<E>, info: OpenApiInfo, roles: Roles): Handler {
  let document: Document | undefined
  return (c) => {
    document ??= describeApi(app, info, roles)
    return c.json(document)
  }
}

/** The document generated from the routes' schemas, completed with everything that all routes share. */
function describeApi<E extends Env>(app: OpenAPIHono<E>, info: OpenApiInfo, roles: Roles): Document {
  const document = withPlainPaths(app.getOpenAPI31Document({ openapi: '3.1.1', ...info }))
  const plainRoles = Object.fromEntries(
    Object.entries(roles).map(([route, role]) => [route.replace(SLASHES, ''), role]),
  )
  for (const [path, item] of Object.entries(document.paths ?? {})) {
    for (const method of methods) {
      if (item[method]) complete(item[method], method, path, plainRoles)
    }
  }
  const schemas = document.components?.schemas ?? {}
  for (const schema of Object.values(schemas)) setDefaultsApart(schema as ObjectSchema)
  document.components = {
    schemas,
    responses: sharedResponses,
    headers: sharedHeaders,
    securitySchemes: {
      token: { type: 'http', scheme: 'bearer', description: 'An API token, or the secret `ADMIN_TOKEN`' },
      attempt: { type: 'http', scheme: 'bearer', description: 'The token of an attempt at a job' },
      session: {
        type: 'apiKey',
        in: 'cookie',
        name: '__Host-stellwerk',
        description: 'A browser session, opened with `POST /session`',
      },
      access: {
        type: 'apiKey',
        in: 'header',
        name: 'Cf-Access-Jwt-Assertion',
        description: 'Added by Cloudflare Access to the requests it admits',
      },
    },
  }
  return document
}

/** Generators such as openapi-typescript demand a property that has a default, unless that stands inside an `allOf`. */
function setDefaultsApart({ properties = {} }: ObjectSchema): void {
  for (const [name, { description, ...property }] of Object.entries(properties)) {
    if (property.default !== undefined)
      properties[name] = { allOf: [property], ...(description ? { description } : {}) }
  }
}

/** `/{path}{[^]+}` is Hono's way to say that a parameter may have slashes; OpenAPI has none. */
const SLASHES = '{[^]+}'

function withPlainPaths({ paths = {}, ...document }: Document): Document {
  const plain = Object.entries(paths).map(([path, item]) => [path.replace(SLASHES, ''), item])
  return { ...document, paths: Object.fromEntries(plain) }
}

function securityOf(role: string | undefined): Record<string, string[]>[] {
  if (role === 'anyone') return []
  return role === 'job' ? [{ attempt: [] }] : [{ token: [] }, { session: [] }, { access: [] }]
}

function complete(operation: Operation, method: string, path: string, roles: Roles): void {
  const parameters = (operation.parameters ?? []) as Parameter[]
  const instance = exampleOf(path, parameters)
  for (const parameter of parameters) completeParameter(parameter)
  const role = roles[routeName(method, path)]
  operation.operationId ??= operationIdOf(method, path)
  operation.security ??= securityOf(role)
  if (role !== 'anyone') {
    const requirement = role === 'job' ? "the token of the job's attempt" : `the role \`${role}\``
    operation.description = `${operation.description ?? ''}\n\nRequires ${requirement}.`.trim()
  }
  const shared = sharedResponsesFor({ method, path, role, hasBody: operation.requestBody !== undefined })
  for (const [status, answer] of Object.entries(operation.responses ?? {})) {
    // Declared for the types of the handlers that give it; described once.
    if (status === '422') continue
    completeAnswer(answer, Number(status), instance)
    // A status that an operation declares itself replaces the shared response: append that one's description.
    const replaced = shared[status]
    if (replaced !== undefined) answer.description += `. Or: ${sharedResponses[replaced].description}`
  }
  const refs = Object.fromEntries(Object.entries(shared).map(([status, name]) => [status, refTo(name)]))
  operation.responses = { ...refs, ...operation.responses, ...(refs['422'] ? { 422: refs['422'] } : {}) }
}

function completeAnswer(answer: Answer, status: number, instance: string): void {
  answer.headers = { ...answer.headers, ...refToRequestId }
  const problem = answer.content?.['application/problem+json']
  if (problem) {
    const title = statusTitles[status as ProblemStatus]
    problem.example = { type: 'about:blank', title, status, detail: title, instance, ...problem.example }
  }
  if (answer.content?.['text/event-stream']) {
    answer.description += eventStreamDescription
    answer.headers = { ...answer.headers, ...eventStreamHeaders }
  }
}

/** OpenAPI 3.1 cannot describe an event stream: the schema is that of one event's data, and this text adds the rest. */
const eventStreamDescription = `

A stream of server-sent events; the schema describes the \`data\` of one of them. Its first line is \`retry: 2000\`: the
milliseconds after which a client should reconnect when the connection is lost. The events are unnamed, so
\`onmessage\` receives them, and each has data:

    id: 3.57
    data: {…}

The \`id\` is a cursor. A client that sends the last one it received as \`Last-Event-ID\` (\`EventSource\` does so by
itself) or as \`after\` resumes after that event. A line with only a colon is a comment that keeps a quiet stream open;
ignore it. Any status but 200 makes \`EventSource\` give up for good (\`readyState\` 2): open a new one a little later.`

/**
 * A repeatable parameter is declared as one value or an array; for OpenAPI both are an array. The docs page pre-fills an
 * `example` when an operation is tried out, so optional parameters get `examples` instead.
 */
function completeParameter(parameter: Parameter): void {
  const { anyOf = [], example, ...schema } = parameter.schema as ParameterSchema
  const many = anyOf.find((one) => one.type === 'array')
  if (parameter.in === 'query' && many) parameter.schema = many
  else if (!parameter.required && example !== undefined) parameter.schema = { ...schema, examples: [example] }
}

/** `POST /api/v1/admin/training/jobs/{id}/pause` is `postJobsByIdPause`. */
function operationIdOf(method: string, path: string): string {
  const segments = path
    .replace(/^\/api\/v1\/admin(\/training)?/, '')
    .replace(/\{(\w+)\}/g, 'by-$1')
    .split(/[^a-z0-9]+/i)
  return method + segments.map((segment) => segment.charAt(0).toUpperCase() + segment.slice(1)).join('')
}

/** The path, with each parameter replaced by its example. */
function exampleOf(path: string, parameters: Parameter[]): string {
  return path.replace(/\{(\w+)\}/g, (template, name) => {
    const parameter = parameters.find((one) => one.in === 'path' && one.name === name)
    const { example = template } = (parameter?.schema ?? {}) as { example?: string }
    return example
  })
}
