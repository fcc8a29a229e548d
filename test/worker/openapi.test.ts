import { expect, test } from 'vitest'
import { license } from '../../package.json'
import { app } from '../../src/app.ts'
import { dashboardPaths } from '../../src/system/dashboard-files.ts'
import { request } from './api.ts'

type Described = { description?: string; $ref?: string }
type Schema = Described & { [keyword: string]: unknown; properties?: Record<string, Schema> }
type Parameter = Described & { name: string; in: string }
type Answer = Described & { headers?: Record<string, Described>; content?: Record<string, { schema?: Schema }> }
type Operation = {
  operationId: string
  summary: string
  tags: string[]
  parameters?: Parameter[]
  responses: Record<string, Answer>
}
type Components = { schemas: Record<string, Schema>; responses: Record<string, Answer> }
type Document = {
  openapi: string
  info: { title: string; version: string; description: string }
  servers: { url: string }[]
  tags: { name: string; description: string }[]
  paths: Record<string, Record<string, Operation>>
  components: Components
}

const document: Document = await (await request('/openapi.json')).json()

const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, path, operation })),
)

/** Every object in a JSON value, with its path. */
function* objectsIn(value: unknown, at = '#'): Generator<[string, Record<string, unknown>]> {
  if (typeof value !== 'object' || value === null) return
  yield [at, value as Record<string, unknown>]
  for (const [key, inner] of Object.entries(value)) yield* objectsIn(inner, `${at}/${key}`)
}

/** Protocols that others have described. */
const doors = /^\w+ \/mlflow\/api|\/kubeflow$/

test('the document describes every route of the router but those of doors, and no other', () => {
  const undescribed = ['GET /openapi.json', ...dashboardPaths.map((path) => `GET ${path.replace(/:(\w+)/, '{$1}')}`)]
  const routed = app.routes
    .filter(({ method, path }) => method !== 'ALL' && !path.endsWith('*'))
    .map(({ method, path }) => `${method} ${path.replace('{[^]+}', '').replace(/:(\w+)/g, '{$1}')}`)
  const described = operations.map(({ name }) => name)
  const own = routed.filter((route) => !doors.test(route))
  expect([...described, ...undescribed].sort()).toEqual([...new Set(own)].sort())
})

test('every operation names what it requires', () => {
  for (const { name, operation } of operations) {
    expect((operation as Described).description ?? '', name).not.toContain('undefined')
  }
})

test('every reference resolves', () => {
  for (const [at, { $ref }] of objectsIn(document)) {
    if (typeof $ref !== 'string') continue
    const found = $ref
      .slice(2)
      .split('/')
      .reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], document)
    expect(found, `${at} → ${$ref}`).toBeDefined()
  }
})

test('every operation has a summary, a described tag and an id of its own', () => {
  const tags = document.tags.map((tag) => tag.name)
  for (const { name, operation } of operations) {
    expect(operation.summary, name).toMatch(/^\S.+/)
    expect(operation.tags.length, name).toBe(1)
    expect(tags, name).toContain(operation.tags[0])
  }
  const ids = operations.map(({ operation }) => operation.operationId)
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids.every((id) => /^[a-z][A-Za-z0-9]+$/.test(id))).toBe(true)
  for (const tag of document.tags) expect(tag.description, tag.name).toBeTruthy()
})

test('the parameters in a path are those that its operations declare', () => {
  for (const { name, path, operation } of operations) {
    const declared = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path')
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter)
    expect(declared.map((parameter) => parameter.name).sort(), name).toEqual(inPath.sort())
  }
})

test('every parameter and header has a description', () => {
  const undescribed = operations.flatMap(({ name, operation }) => [
    ...(operation.parameters ?? []).filter((parameter) => !parameter.description).map((one) => `${name}: ${one.name}`),
    ...Object.entries(operation.responses).flatMap(([status, { headers = {} }]) =>
      Object.keys(headers)
        .filter((header) => !headers[header]?.description && !headers[header]?.$ref)
        .map((header) => `${name} ${status}: ${header}`),
    ),
  ])
  expect(undescribed).toEqual([])
})

test('every schema and each of its properties has a description, or refers to one that has', () => {
  const named = Object.entries(document.components.schemas)
  const undescribed = named.filter(([, schema]) => !schema.description).map(([name]) => name)
  for (const [at, { properties }] of objectsIn(document.components.schemas)) {
    for (const [name, property] of Object.entries((properties ?? {}) as Record<string, Schema>)) {
      const { allOf = [] } = property as { allOf?: Described[] }
      if (![property, ...allOf].some((one) => one.description || one.$ref)) undescribed.push(`${at}/${name}`)
    }
  }
  expect(undescribed).toEqual([])
})

test('shared responses are described once, and each operation refers to them', () => {
  for (const { name, path, operation } of operations) {
    expect(operation.responses[500], name).toEqual({ $ref: '#/components/responses/Unexpected' })
    if (!path.startsWith('/api/')) continue
    expect(operation.responses[401], name).toEqual({ $ref: '#/components/responses/Unauthorized' })
    expect(operation.responses[403], name).toEqual({ $ref: '#/components/responses/Forbidden' })
    expect(operation.responses[422], name).toEqual({ $ref: '#/components/responses/InvalidRequest' })
  }
  expect(Object.keys(document.components.responses)).toEqual(
    expect.arrayContaining(['MalformedBody', 'InvalidRequest', 'MethodNotAllowed']),
  )
})

test('every refusal is described as a problem, with an example of its own status', () => {
  const answers = operations.flatMap(({ operation }) => Object.entries(operation.responses))
  for (const [status, { content = {} }] of answers.filter(
    ([status, answer]) => Number(status) >= 400 && !answer.$ref,
  )) {
    expect(Object.keys(content)).toEqual(['application/problem+json'])
    expect(content['application/problem+json']).toMatchObject({
      schema: { $ref: '#/components/schemas/Problem' },
      example: { status: Number(status), detail: expect.any(String), instance: expect.stringMatching(/^\//) },
    })
  }
})

test('the document is OpenAPI 3.1', async () => {
  expect(document.openapi).toMatch(/^3\.1\./)
  expect(document.info).toMatchObject({ title: 'Stellwerk', version: expect.stringMatching(/^\d+\.\d+\.\d+$/) })
  const { status, headers } = await request('/openapi.json', { method: 'HEAD' })
  expect([status, headers.get('content-type')]).toEqual([200, 'application/json'])
})

const schemaOf = (name: string) =>
  document.components.schemas[name] as { properties: Record<string, Schema>; required: string[] }
const parametersOf = (name: string) =>
  (operations.find((one) => one.name === name)?.operation.parameters ?? []) as (Parameter & { schema: Schema })[]
const parameter = (operation: string, name: string) =>
  parametersOf(operation).find((one) => one.name === name)?.schema ?? {}

test('a request may leave out what an answer always has', () => {
  const [input, shown] = [schemaOf('TrainingConfigInput'), schemaOf('TrainingConfig')]
  expect(input.required).toEqual(['name', 'bundeslaender'])
  // What only runners need, and what people note, is shown of the job, not of its configuration.
  const ofJob = ['trainer', 'max_attempts', 'params', 'resume_from', 'notes', 'tags']
  expect([...shown.required, ...ofJob].sort()).toEqual(Object.keys(input.properties).sort())
  expect(JSON.stringify(shown)).not.toContain('"default"')
})

test('a default is told, also of a named type, and does not stand where generators take the field for required', () => {
  const bodies = ['TrainingConfigInput', 'TokenInput', 'DocumentInput', 'ReconcileInput'].map(schemaOf)
  for (const { properties } of bodies)
    for (const field of Object.values(properties)) expect(field).not.toHaveProperty('default')
  const { model_type, epochs } = schemaOf('TrainingConfigInput').properties
  expect(model_type).toEqual({ allOf: [{ $ref: '#/components/schemas/ModelType' }, { default: 'zeugnis' }] })
  expect(epochs).toMatchObject({ allOf: [{ type: 'integer', default: 10 }] })
  expect(parameter('GET /api/v1/admin/training/jobs', 'limit')).toMatchObject({ default: 50, minimum: 1, maximum: 200 })
})

test('what the server checks of a text is in its schema', () => {
  const training = '/api/v1/admin/training'
  const matches = (schema: Schema | undefined, text: string) => new RegExp(schema?.pattern as string, 'u').test(text)
  for (const [schema, field] of [
    ['TrainingConfigInput', 'name'],
    ['DocumentInput', 'title'],
    ['TokenInput', 'name'],
  ] as const) {
    const name = schemaOf(schema).properties[field]
    for (const good of ['a', ' Prüfung 2026 ', '👩‍🎓 1', 'é']) expect([good, matches(name, good)]).toEqual([good, true])
    for (const bad of ['', '  ', 'a\nb', 'a\u0000', 'a\u202eb', '\u200b'])
      expect([bad, matches(name, bad)]).toEqual([bad, false])
  }
  const [url] = (schemaOf('DocumentInput').properties.source_url as { allOf: Schema[] }).allOf
  expect(
    ['https://a.example/x?y#z', 'ftp://a.example/', 'https://user@a.example/'].map((one) => matches(url, one)),
  ).toEqual([true, false, false])
  for (const list of ['jobs', 'models', 'dataset/documents']) {
    expect(parameter(`GET ${training}/${list}`, 'cursor').pattern).toBe('^[A-Za-z0-9_-]+$')
  }
  expect(parameter(`GET ${training}/jobs/{id}/events`, 'after').maximum).toBe(999_999_999_999_999)
  for (const stream of [`GET ${training}/metrics/stream`, `GET ${training}/ocr/stream`]) {
    expect(parameter(stream, 'Last-Event-ID').pattern).toBeTruthy()
  }
  expect(JSON.stringify(parametersOf(`GET ${training}/ocr/stream`))).not.toMatch(/17\d{11}/)
})

test('Bundesländer and states are one named schema each', () => {
  const enums = [...objectsIn(document)].filter(([, one]) => Array.isArray(one.enum)).map(([at, one]) => [at, one.enum])
  const holding = (word: string) => enums.filter(([, words]) => (words as unknown[]).includes(word)).map(([at]) => at)
  expect(holding('BY')).toEqual(['#/components/schemas/Bundesland'])
  // What a runner says that it does is no status.
  const phase = '#/components/schemas/ReportInput/properties/phase'
  expect(holding('training')).toEqual(['#/components/schemas/JobStatus', phase])
})

test('every component is referred to, and the document names a licence and a contact', () => {
  const text = JSON.stringify(document)
  for (const [kind, named] of Object.entries(document.components)) {
    if (kind === 'securitySchemes') continue
    for (const name of Object.keys(named)) expect(text, name).toContain(`"#/components/${kind}/${name}"`)
  }
  expect(document.info).toMatchObject({ license: { name: license }, contact: { name: expect.any(String) } })
  for (const { name, operation } of operations) {
    expect(
      Object.keys(operation.responses).some((status) => status.startsWith('4')),
      name,
    ).toBe(true)
  }
})
