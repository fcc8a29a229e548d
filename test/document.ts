import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'

/** The service's OpenAPI document, against which answers are checked. */

export type Schema = { [keyword: string]: unknown; $ref?: string }
export type Parameter = { name: string; in: 'path' | 'query' | 'header'; required?: boolean; schema: Schema }
export type Header = { required?: boolean; schema: Schema; $ref?: string }
export type Answer = {
  headers?: Record<string, Header>
  content?: Record<string, { schema: Schema; example?: unknown }>
}
export type Operation = {
  operationId: string
  description?: string
  parameters?: Parameter[]
  requestBody?: { required?: boolean; content: Record<string, { schema: Schema }> }
  responses: Record<string, Answer & { $ref?: string }>
}
export type Document = {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Schema>; responses: Record<string, Answer>; headers: Record<string, Header> }
}

/** An answer. `body`: `null` if there is none or it was not read. */
export type Answered = { status: number; headers: { get(name: string): string | null }; body: string | null }

type Shape = { properties?: object; required?: string[] }

/** Parses a document. Objects are closed, so that undescribed fields are detected. */
export function readDocument(text: string): Document {
  const document: Document = JSON.parse(text)
  const lookUp = ({ $ref, ...own }: Schema): Schema => ($ref ? (document.components.schemas[nameIn($ref)] ?? {}) : own)
  const close = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value
    if (Array.isArray(value)) return value.map(close)
    const { allOf, ...schema } = value as Schema
    // Each part of an allOf would reject the fields of the others, so they are merged into one object.
    if (Array.isArray(allOf)) return close(allOf.map(lookUp).reduce(together, schema))
    const inner = Object.fromEntries(Object.entries(schema).map(([key, one]) => [key, close(one)]))
    return schema.type === 'object' && schema.properties ? { additionalProperties: false, ...inner } : inner
  }
  return close(document) as Document
}

function together(left: Schema, right: Schema): Schema {
  const [a, b] = [left as Shape, right as Shape]
  const required = [...(a.required ?? []), ...(b.required ?? [])]
  const isObject = (a.properties ?? b.properties) !== undefined
  return {
    ...{ ...left, ...right },
    ...(isObject ? { properties: { ...a.properties, ...b.properties }, required } : {}),
  }
}

export const nameIn = ($ref: string): string => $ref.slice($ref.lastIndexOf('/') + 1)

/** The path as a router matches it: decoded, except for reserved and undecodable characters. */
function decodedPath(path: string): string {
  return path.replaceAll('%25', '%2525').replace(/(?:%[0-9a-f]{2})+/gi, (triplets) => {
    try {
      return decodeURI(triplets)
    } catch {
      return triplets
    }
  })
}

/** The document's description of a path: its template and operations. */
export function placeOf(document: Document, path: string) {
  const decoded = decodedPath(path)
  return Object.entries(document.paths).find(([template]) =>
    new RegExp(`^${template.replace('{path}', '.+').replace(/\{\w+\}/g, '[^/]+')}$`).test(decoded),
  )
}

const isSlashed = (path: string) => path.endsWith('/')

/** Checks answers against the document. Each method throws an Error that names the difference. */
export function checkerOf(document: Document) {
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  addFormats.default(ajv)
  ajv.addSchema({ components: document.components }, 'document')
  const compiled = new Map<Schema, ValidateFunction>()

  function validator(schema: Schema): ValidateFunction {
    const known = compiled.get(schema)
    if (known) return known
    const rooted = JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"document#/components/'))
    const made = ajv.compile(rooted)
    compiled.set(schema, made)
    return made
  }

  function fits(what: string, value: unknown, schema: Schema): void {
    const validate = validator(schema)
    if (!validate(value)) throw new Error(`${what} is not as described: ${ajv.errorsText(validate.errors)}`)
  }

  function answerOf(method: string, path: string, status: number): Answer | undefined {
    const { responses } = document.components
    const problem = responses.Unexpected
    const [, item] = placeOf(document, path) ?? []
    // The document says in words what a path without an operation answers: a problem, or a way to one that has some.
    if (!item) return status === 404 ? problem : isSlashed(path) && status === 307 ? {} : undefined
    const operation = item[method === 'HEAD' ? 'get' : method.toLowerCase()]
    if (!operation) return status === 405 ? responses.MethodNotAllowed : undefined
    const answer = operation.responses[status]
    return answer?.$ref ? responses[nameIn(answer.$ref)] : answer
  }

  /** The answer to a request must match its description: status, headers, media type and body. Events are not checked. */
  function checkAnswer(method: string, path: string, answered: Answered): void {
    const what = `${method} ${path} ${answered.status}`
    const answer = answerOf(method, path, answered.status)
    if (!answer) throw new Error(`${what} is not described`)
    checkAgainst(what, answer, answered)
  }

  /** The answer must be this one. */
  function checkAgainst(what: string, answer: Answer, { headers, body }: Answered): void {
    for (const [name, described] of Object.entries(answer.headers ?? {})) {
      const header = described.$ref ? document.components.headers[nameIn(described.$ref)] : described
      const value = headers.get(name)
      if (value !== null && header) fits(`${what} ${name}`, value, header.schema)
      else if (header?.required) throw new Error(`${what} lacks ${name}`)
    }
    const type = headers.get('content-type')?.split(';')[0] ?? ''
    const content = answer.content?.[type]
    if (!content && (answer.content || body !== null))
      throw new Error(`${what} is not described as ${type || 'without a type'}`)
    if (!content || body === null || type === 'text/event-stream') return
    fits(what, type.endsWith('/json') || type.endsWith('+json') ? JSON.parse(body) : body, content.schema)
  }

  /** The data of a stream's event must be described. */
  function checkEvent(path: string, data: unknown): void {
    const content = answerOf('GET', path, 200)?.content?.['text/event-stream']
    if (!content) throw new Error(`${path} is not described as a stream`)
    fits(`An event of ${path}`, data, content.schema)
  }

  return { fits, checkAnswer, checkAgainst, checkEvent }
}

export type Checker = ReturnType<typeof checkerOf>
