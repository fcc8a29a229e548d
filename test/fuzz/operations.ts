import { ownJobRoutes } from '../../src/auth/permissions.ts'
import { type Document, nameIn, type Operation, type Parameter, placeOf, type Schema } from '../document.ts'
import type { Sender } from './request.ts'

/** An operation of the document, for the generator of requests. */
export type Described = {
  id: string
  method: string
  path: string
  parameters: Parameter[]
  /** The schema of its JSON body; `null`: it has none. */
  body: Schema | null
  /** Whether its body is any bytes instead, which have no schema. */
  takesBytes: boolean
  role: Role
}

/** What an operation requires, and what has it: `job` is the token of an attempt. */
const included = {
  anyone: ['anyone'],
  viewer: ['anyone', 'viewer'],
  operator: ['anyone', 'viewer', 'operator'],
  admin: ['anyone', 'viewer', 'operator', 'admin', 'runner'],
  runner: ['anyone', 'runner'],
  job: ['anyone', 'job'],
}
export type Role = keyof typeof included

/** Every operation of the document. */
export function operationsOf(document: Document): Described[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => describe(path, method, operation)),
  )
}

function describe(path: string, method: string, operation: Operation): Described {
  const content = Object.entries(operation.requestBody?.content ?? { 'application/json': null })
  const [type, described] = content[0] ?? []
  const body = type === 'application/json' ? (described?.schema ?? null) : null
  const [required, named] =
    /Requires the (?:role `(\w+)`|token of the job's attempt)/.exec(operation.description ?? '') ?? []
  const role = required === undefined ? 'anyone' : (named ?? 'job')
  if (content.length !== 1 || !['application/json', 'application/octet-stream'].includes(type ?? ''))
    throw new Error(`${operation.operationId} takes a body that is not JSON: teach test/fuzz/operations.ts`)
  if (!(role in included)) throw new Error(`${operation.operationId} needs the unknown role ${role}`)
  return {
    id: operation.operationId,
    method: method.toUpperCase(),
    path,
    parameters: operation.parameters ?? [],
    body,
    takesBytes: type === 'application/octet-stream',
    role: role as Role,
  }
}

/** The schema with its reference resolved, merged with the keywords beside the reference. */
export function resolved(document: Document, schema: Schema): Schema & { name?: string } {
  if (schema.$ref === undefined) return schema
  const { $ref, ...beside } = schema
  return { name: nameIn($ref), ...document.components.schemas[nameIn($ref)], ...beside }
}

/** The operation at a path, where HEAD is a GET. `null`: there is none. */
export function operationAt(document: Document, method: string, path: string): Described | null {
  const [template = '', item] = placeOf(document, path) ?? []
  const verb = method === 'HEAD' ? 'get' : method.toLowerCase()
  const operation = item?.[verb]
  return operation ? describe(template, verb, operation) : null
}

/** Whether a sender has the role for an operation. An unknown path or method requires a viewer as well. */
export function maySend(who: Sender, role: Role): boolean {
  return included[roleOf(who)].includes(role)
}

/** Whether a route is one that a token also opens for the job that it is of. */
export function isOwn(who: Sender, { method, path }: Pick<Described, 'method' | 'path'>): boolean {
  const route = path.replace('{path}', ':path{[^]+}').replace(/\{(\w+)\}/g, ':$1')
  return who === 'attempt' && `${method} ${route}` in ownJobRoutes
}

function roleOf(who: Sender): Role {
  if (who === 'nobody' || who === 'stranger') return 'anyone'
  if (who === 'attempt') return 'job'
  return who === 'root' ? 'admin' : (who.split(' ')[0] as Role)
}
