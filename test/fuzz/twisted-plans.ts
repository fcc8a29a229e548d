import fc from 'fast-check'
import type { Document } from '../document.ts'
import { type Json, toText } from './json.ts'
import { bodyBytesMax } from './meanings.ts'
import { nearly } from './nearly.ts'
import * as odd from './odd-http.ts'
import { oddTexts } from './odd-values.ts'
import type { Described } from './operations.ts'
import { assembled, nearlyParameter } from './parameters.ts'
import { type Body, type Plan, plain } from './request.ts'
import { valid } from './valid.ts'

/** Valid requests with one thing in them that is not: a parameter, a field of the body, its size. */
export function nearlyPlans(document: Document, operation: Described, sound: fc.Arbitrary<Plan>): fc.Arbitrary<Plan> {
  const { id, path, parameters, body } = operation
  const wrongs: fc.Arbitrary<Plan>[] = parameters.map((parameter) =>
    fc.tuple(sound, nearlyParameter(document, path, parameter)).map(([plan, { piece, ...wrong }]) => {
      const at = assembled(path, [piece])
      return {
        ...{ ...plan, ...wrong, kind: 'nearly' },
        path: parameter.in === 'path' ? at.path : plan.path,
        query: [...plan.query.filter((pair) => !pair.startsWith(`${parameter.name}=`)), ...at.query],
        headers: [...plan.headers.filter(([name]) => name !== parameter.name), ...at.headers],
      }
    }),
  )
  if (body !== null) {
    const field = fc.tuple(sound, nearly(document, body, '')).map(([plan, { value, ...wrong }]): Plan => {
      return { ...plan, ...wrong, kind: 'nearly', body: { ...plain, text: toText(value) } }
    })
    const large = sound.map((plan): Plan => {
      const content = { ...plain, ...plan.body, padding: bodyBytesMax(id) }
      return { ...plan, kind: 'nearly', twist: 'body: too large', mustBeRefused: true, body: content }
    })
    wrongs.push(field, field, field, field, large)
  }
  const unknown = fc.tuple(sound, fc.constantFrom('x=1', 'debug=true', '_=1793520000000')).map(([plan, pair]): Plan => {
    return { ...plan, kind: 'nearly', twist: 'query: one more', query: [...plan.query, pair] }
  })
  return fc.oneof(unknown, ...wrongs)
}

/** Requests with something odd in one of their layers: path, query, headers, body. */
export function hostilePlans(document: Document, operation: Described, sound: fc.Arbitrary<Plan>): fc.Arbitrary<Plan> {
  const { path, parameters, body } = operation
  const twisted = <T>(twist: string, some: fc.Arbitrary<T>, change: (plan: Plan, odd: T) => Partial<Plan>) =>
    fc.tuple(sound, some).map(([plan, one]): Plan => ({ ...plan, kind: 'hostile', twist, ...change(plan, one) }))
  const several = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: 1, maxLength: 4 })

  const names = parameters.filter((one) => one.in === 'query').map((one) => one.name)
  const strange = [
    twisted('odd headers', several(odd.headers), (plan, more) => ({ headers: [...plan.headers, ...more] })),
    twisted('odd query', several(odd.pairs(names)), (plan, more) => ({ query: [...plan.query, ...more] })),
    twisted('odd spelling of the path', fc.nat(200), (plan, at) => ({ path: odd.respelt(plan.path, at) })),
  ]
  if (path.includes('{')) {
    const ids = twisted('odd id', odd.segments, (_, one) => ({ path: path.replace(/\{\w+\}/, () => one) }))
    strange.push(ids, ids)
  }
  const content: fc.Arbitrary<Json> = body === null ? fc.constant({ members: [] }) : valid(document, body)
  const texts = twisted('', oddTexts(content), (_, [twist, text]) => ({ twist, body: { ...plain, text } }))
  // Where no body is wanted, one must not matter.
  if (body === null) return fc.oneof(...strange, texts)

  const inBody = <K extends keyof Body>(twist: string, key: K, some: fc.Arbitrary<Body[K]>) =>
    twisted(twist, some, (plan, one) => ({ body: { ...plain, ...plan.body, [key]: one } }))
  const media = inBody('odd media type', 'contentType', odd.mediaTypes)
  const bytes = inBody('odd bytes', 'flaw', fc.constantFrom('BOM', 'invalid UTF-8', 'UTF-16'))
  const missing = twisted('no body', fc.constant(null), () => ({ body: null }))
  return fc.oneof(...strange, texts, texts, texts, texts, media, bytes, missing)
}
