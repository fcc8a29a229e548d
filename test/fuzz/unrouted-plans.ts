import fc from 'fast-check'
import * as edge from './edge-http.ts'
import { parameterMeaning } from './meanings.ts'
import type { Described } from './operations.ts'
import type { Plan } from './request.ts'
import { withSenders } from './senders.ts'

/** Requests that match no operation. */

const verbs = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE']
/** Methods that workerd accepts and no route does. */
const others = ['PATCH', 'OPTIONS', 'TRACE', 'PROPFIND', 'QUERY', 'PURGE', 'LOCK']

const api = '/api/v1/admin/training'

/** Paths without a route. */
export function unknownPaths(): fc.Arbitrary<Plan> {
  const prefix = fc.constantFrom(api, '/api/v1/admin', '/api/v1', '/api', '', `/API${api}/jobs`, '/health', '/session')
  // `..` could lead to an existing path.
  const segment = edge.segments.filter((one) => one !== '%2e%2e')
  const path = fc
    .tuple(prefix, fc.array(segment, { minLength: 1, maxLength: 3 }))
    .map(([start, segments]) => `${start}/nothing/${segments.join('/')}`)
  return stray('unknownPath', fc.constantFrom(...verbs), path)
}

/** Paths of operations, with unsupported methods. */
export function wrongMethods(operations: readonly Described[]): fc.Arbitrary<Plan> {
  const paths = [...new Set(operations.map((one) => one.path))]
  return fc.constantFrom(...paths).chain((path) => {
    const taken = operations.filter((one) => one.path === path).map((one) => one.method)
    const method = fc.constantFrom(...[...others, 'POST', 'PUT', 'DELETE'].filter((one) => !taken.includes(one)))
    const ids = parameterMeaning(path, 'id') ?? fc.constant('')
    return stray(
      'wrongMethod',
      method,
      ids.map((id) => path.replace(/\{\w+\}/, id)),
    )
  })
}

function stray(operation: string, method: fc.Arbitrary<string>, path: fc.Arbitrary<string>): fc.Arbitrary<Plan> {
  const headers = fc.array(edge.headers, { maxLength: 2 })
  const query = fc.array(edge.pairs([]), { maxLength: 2 })
  const plans = fc.record({ method, path, query, headers }).map(
    (request): Plan => ({
      ...{ operation, kind: 'hostile', mutation: '', mustBeRefused: true, who: 'root', body: null },
      ...request,
    }),
  )
  return withSenders({ method: '', path: '', role: 'viewer' }, plans)
}
