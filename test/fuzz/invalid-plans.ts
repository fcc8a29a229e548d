import fc from 'fast-check'
import type { Document } from '../document.ts'
import * as edge from './edge-http.ts'
import { edgeTexts } from './edge-values.ts'
import { type Json, toText } from './json.ts'
import { bodyBytesMax } from './meanings.ts'
import { nearValid } from './near-valid.ts'
import type { Described } from './operations.ts'
import { assembled, nearValidParameter, withSegment } from './parameters.ts'
import { type Body, type Plan, plain } from './request.ts'
import { valid } from './valid.ts'

/** Valid requests with one invalid part: a parameter, a field of the body, its size. */
export function nearValidPlans(
  document: Document,
  operation: Described,
  sound: fc.Arbitrary<Plan>,
): fc.Arbitrary<Plan> {
  const { id, path, parameters, body } = operation
  const wrongs: fc.Arbitrary<Plan>[] = parameters.map((parameter) =>
    fc.tuple(sound, nearValidParameter(document, path, parameter)).map(([plan, { piece, ...wrong }]) => {
      const at = assembled(path, [piece])
      return {
        ...{ ...plan, ...wrong, kind: 'near-valid' },
        path: parameter.in === 'path' ? withSegment(plan.path, path, parameter.name, piece.values.join('')) : plan.path,
        query: [...plan.query.filter((pair) => !pair.startsWith(`${parameter.name}=`)), ...at.query],
        headers: [...plan.headers.filter(([name]) => name !== parameter.name), ...at.headers],
      }
    }),
  )
  if (body !== null) {
    const field = fc.tuple(sound, nearValid(document, body, '')).map(([plan, { value, ...wrong }]): Plan => {
      return { ...plan, ...wrong, kind: 'near-valid', body: { ...plain, text: toText(value) } }
    })
    const large = sound.map((plan): Plan => {
      const content = { ...plain, ...plan.body, padding: bodyBytesMax(id) }
      return { ...plan, kind: 'near-valid', mutation: 'body: too large', mustBeRefused: true, body: content }
    })
    wrongs.push(field, field, field, field, large)
  }
  const unknown = fc.tuple(sound, fc.constantFrom('x=1', 'debug=true', '_=1793520000000')).map(([plan, pair]): Plan => {
    const query = [...plan.query, pair]
    const mustBeRefused = path !== '/health' && !pair.startsWith('_')
    return { ...plan, kind: 'near-valid', mutation: 'query: one more', mustBeRefused, query }
  })
  return fc.oneof(unknown, ...wrongs)
}

/** Requests with an edge case in one of their layers: path, query, headers, body. */
export function hostilePlans(document: Document, operation: Described, sound: fc.Arbitrary<Plan>): fc.Arbitrary<Plan> {
  const { path, parameters, body, takesBytes } = operation
  const mutated = <T>(mutation: string, some: fc.Arbitrary<T>, change: (plan: Plan, edge: T) => Partial<Plan>) =>
    fc.tuple(sound, some).map(([plan, one]): Plan => ({ ...plan, kind: 'hostile', mutation, ...change(plan, one) }))
  const several = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: 1, maxLength: 4 })

  const names = parameters.filter((one) => one.in === 'query').map((one) => one.name)
  const strange = [
    mutated('edge-case headers', several(edge.headers), (plan, more) => ({ headers: [...plan.headers, ...more] })),
    mutated('edge-case query', several(edge.pairs(names)), (plan, more) => ({ query: [...plan.query, ...more] })),
    mutated('edge-case spelling of the path', fc.nat(200), (plan, at) => ({ path: edge.respelt(plan.path, at) })),
  ]
  const places = parameters.filter((one) => one.in === 'path').map((one) => one.name)
  if (places.length > 0) {
    const edges = fc.tuple(fc.constantFrom(...places), edge.segments)
    const ids = mutated('edge-case id', edges, (plan, [name, one]) => ({
      path: withSegment(plan.path, path, name, one),
    }))
    strange.push(ids, ids)
  }
  const content: fc.Arbitrary<Json> = body === null ? fc.constant({ members: [] }) : valid(document, body)
  const texts = mutated('', edgeTexts(content), (_, [mutation, text]) => ({ mutation, body: { ...plain, text } }))
  // An unexpected body must have no effect.
  if (body === null && !takesBytes) return fc.oneof(...strange, texts)

  const inBody = <K extends keyof Body>(mutation: string, key: K, some: fc.Arbitrary<Body[K]>) =>
    mutated(mutation, some, (plan, one) => ({ body: { ...plain, ...plan.body, [key]: one } }))
  const media = inBody('edge-case media type', 'contentType', edge.mediaTypes)
  const bytes = inBody('edge-case bytes', 'flaw', fc.constantFrom('BOM', 'invalid UTF-8', 'UTF-16'))
  const missing = mutated('no body', fc.constant(null), () => ({ body: null }))
  return fc.oneof(...strange, texts, texts, texts, texts, media, bytes, missing)
}
