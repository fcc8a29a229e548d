import fc from 'fast-check'
import type { Document } from '../document.ts'
import { hostilePlans, nearValidPlans } from './invalid-plans.ts'
import { toText } from './json.ts'
import { bodyBytesMax, bytesFor, repeated } from './meanings.ts'
import { type Described, operationsOf } from './operations.ts'
import { assembled, validParameter } from './parameters.ts'
import { type Body, type Kind, kinds, type Plan, plain } from './request.ts'
import { withSenders } from './senders.ts'
import { unknownPaths, wrongMethods } from './unrouted-plans.ts'
import { valid } from './valid.ts'

/** The weight of each kind of request. */
const weights: Record<Kind, number> = { valid: 5, 'near-valid': 3, hostile: 3 }

type ByOperation = Record<string, fc.Arbitrary<Plan>>

/** Those of a document, which take seconds to make: fast-check looks at all of Unicode for each text. */
const made = new WeakMap<Document, ByOperation>()

/** Requests for a document: every operation equally often, plus unknown paths and methods. */
export function plansOf(document: Document, only?: string): fc.Arbitrary<Plan> {
  const all = made.get(document) ?? makePlans(document)
  made.set(document, all)
  const chosen = only === undefined ? Object.values(all) : [all[only]].flatMap((one) => one ?? [])
  if (chosen.length === 0) throw new Error(`No such operation: ${only}. There are ${Object.keys(all).join(', ')}.`)
  return fc.oneof(...chosen)
}

function makePlans(document: Document): ByOperation {
  const operations = operationsOf(document)
  return {
    ...Object.fromEntries(operations.map((operation) => [operation.id, plansFor(document, operation)])),
    unknownPath: unknownPaths(),
    wrongMethod: wrongMethods(operations),
  }
}

function plansFor(document: Document, operation: Described): fc.Arbitrary<Plan> {
  const sound = validPlans(document, operation)
  const byKind: Record<Kind, fc.Arbitrary<Plan>> = {
    valid: again(operation, sound),
    'near-valid': nearValidPlans(document, operation, sound),
    hostile: hostilePlans(document, operation, sound),
  }
  return withSenders(operation, fc.oneof(...kinds.map((kind) => ({ weight: weights[kind], arbitrary: byKind[kind] }))))
}

function validPlans(document: Document, operation: Described): fc.Arbitrary<Plan> {
  const { id, method, path, parameters } = operation
  const pieces = parameters.map((one) => validParameter(document, path, one))
  const content = contentFor(document, operation)
  const head = { weight: method === 'GET' ? 1 : 0, arbitrary: fc.constant('HEAD') }
  const verb = fc.oneof({ weight: 9, arbitrary: fc.constant(method) }, head)
  return fc.tuple(fc.tuple(...pieces), content, verb).map(([chosenPieces, requestBody, verb]) => ({
    ...{ operation: id, kind: 'valid', mutation: '', mustBeRefused: false, who: 'root' },
    ...{ method: verb, body: requestBody, ...assembled(path, chosenPieces) },
  }))
}

function contentFor(document: Document, { id, path, body, takesBytes }: Described): fc.Arbitrary<Body | null> {
  if (body !== null) return bodies(id, valid(document, body).map(toText))
  if (!takesBytes) return fc.constant(null)
  const contentType = fc.constantFrom('application/octet-stream', 'text/html', 'application/json', 'no type', null)
  return fc.record({ ...{ contentType, text: bytesFor(path), isChunked: fc.boolean() }, ...whole })
}

const whole = { padding: fc.constant(0), flaw: fc.constant('none' as const) }

function bodies(id: string, text: fc.Arbitrary<string>): fc.Arbitrary<Body> {
  const contentType = fc.constantFrom('application/json', 'application/json', 'application/json; charset=utf-8')
  const padding = fc.oneof({ weight: 20, arbitrary: fc.constant(0) }, fc.constantFrom(1, bodyBytesMax(id) / 2))
  const isChunked = fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, fc.constant(true))
  return fc.record({ contentType, text, padding, flaw: fc.constant('none'), isChunked })
}

/** The requests, with an occasional repetition of a fixed one. */
function again({ id }: Described, plans: fc.Arbitrary<Plan>): fc.Arbitrary<Plan> {
  const same = repeated[id]
  if (same === undefined) return plans
  const { text, query, headers } = same
  const repeat = plans.map((plan): Plan => ({ ...plan, query, headers, body: { ...plain, text } }))
  return fc.oneof({ weight: 6, arbitrary: plans }, { weight: 1, arbitrary: repeat })
}
