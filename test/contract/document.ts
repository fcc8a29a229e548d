import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { inject } from 'vitest'

type Schema = Record<string, unknown>
type Header = { required?: boolean; schema: Schema; $ref?: string }
type Answer = { headers?: Record<string, Header>; content?: Record<string, { schema: Schema; example?: unknown }> }
type Operation = { responses: Record<string, Answer & { $ref?: string }> }
type Document = {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Schema>; responses: Record<string, Answer>; headers: Record<string, Header> }
}

const baseUrl = inject('baseUrl')

/** What the service says about itself. Objects are closed, so that a field that is not described is found. */
export const document: Document = JSON.parse(await (await fetch(`${baseUrl}/openapi.json`)).text(), (_, value) =>
  value?.type === 'object' && value.properties ? { additionalProperties: false, ...value } : value,
)

const ajv = new Ajv2020({ strict: false, allErrors: true })
addFormats.default(ajv)
ajv.addSchema({ components: document.components }, 'document')

/** Throws when the value does not fit the schema. */
export function fits(what: string, value: unknown, schema: Schema): void {
  const rooted = JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"document#/components/'))
  if (!ajv.validate(rooted, value)) throw new Error(`${what} is not as described: ${ajv.errorsText()}`)
}

/** Throws when the answer is not one that the document describes for the request. A stream's events are left out. */
export async function checkAnswer(method: string, url: URL, response: Response): Promise<void> {
  if (url.origin !== new URL(baseUrl).origin || isUndescribed(url)) return
  const what = `${method} ${url.pathname} ${response.status}`
  const answer = answerOf(method, url, response.status)
  if (!answer) throw new Error(`${what} is not described`)
  checkHeaders(what, response, answer)
  const type = response.headers.get('content-type')?.split(';')[0] ?? ''
  const content = answer.content?.[type]
  const isEmpty = method === 'HEAD' || response.body === null
  if (!content && (answer.content || !isEmpty))
    throw new Error(`${what} is not described as ${type || 'without a type'}`)
  if (!content || isEmpty || type === 'text/event-stream') return
  const text = await response.clone().text()
  fits(what, type.endsWith('json') ? JSON.parse(text) : text, content.schema)
}

/** Throws when the data of a stream's event is not as described. */
export function checkEvent(url: URL, data: unknown): void {
  const content = answerOf('GET', url, 200)?.content?.['text/event-stream']
  if (!content) throw new Error(`${url.pathname} is not described as a stream`)
  fits(`An event of ${url.pathname}`, data, content.schema)
}

/** The document itself, the docs page and the way to it. */
const isUndescribed = ({ pathname }: URL) => /^\/(openapi\.json|docs(\/.*)?)?$/.test(pathname)

function answerOf(method: string, url: URL, status: number): Answer | undefined {
  const { responses } = document.components
  const item = Object.entries(document.paths).find(([path]) =>
    new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`).test(url.pathname),
  )?.[1]
  if (!item) return status === 404 ? responses.UnknownPath : undefined
  const operation = item[method === 'HEAD' ? 'get' : method.toLowerCase()]
  if (!operation) return status === 405 ? responses.MethodNotAllowed : undefined
  const answer = operation.responses[status]
  return answer?.$ref ? responses[nameIn(answer.$ref)] : answer
}

const nameIn = ($ref: string) => $ref.slice($ref.lastIndexOf('/') + 1)

function checkHeaders(what: string, response: Response, { headers = {} }: Answer): void {
  for (const [name, described] of Object.entries(headers)) {
    const header = described.$ref ? document.components.headers[nameIn(described.$ref)] : described
    const value = response.headers.get(name)
    if (value !== null && header) fits(`${what} ${name}`, value, header.schema)
    else if (header?.required) throw new Error(`${what} lacks ${name}`)
  }
}
