import { z } from '@hono/zod-openapi'
import { etag, RETAINED_304_HEADERS } from 'hono/etag'

/** The header of a conditional read, for a route's `request.headers`; hono/etag answers 304. */
export const IfNoneMatch = z.object({
  'If-None-Match': z.string().optional().openapi({
    description: 'An ETag; if it still matches, the response is 304 without a body',
    example: '"5-120"',
  }),
})

/** Headers that a 304 keeps in addition to those that HTTP requires: the request id and CORS. */
const retained = [
  'x-request-id',
  'access-control-allow-origin',
  'access-control-allow-credentials',
  'access-control-expose-headers',
]

/** Answers 304 when the client already has the representation that the route's ETag identifies. */
export const conditional = () => etag({ retainedHeaders: [...RETAINED_304_HEADERS, ...retained] })

/** Whether an `If-None-Match` names a tag. It compares weakly (RFC 9110). */
export const hasTag = (ifNoneMatch: string | undefined, etag: string): boolean =>
  (ifNoneMatch ?? '').split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag)

/** The header of a conditional command. @param description what it is compared with */
export const ifMatch = (description: string, example: string) =>
  z.object({ 'If-Match': z.string().optional().openapi({ description, example }) })

/** The header of a conditional command to a job. */
export const IfMatch = ifMatch(
  'An ETag of the job: 412 if the job has changed since. Further training steps do not count as a change',
  '"5-120"',
)

/** The header of an answer that can be requested conditionally. */
export const etagHeader = z.object({
  ETag: z.string().openapi({ description: 'A strong entity tag', example: '"5-120"' }),
})

/**
 * The tags in an If-Match header. Weak tags stay in the list but match nothing, since it compares strongly (RFC 9110).
 *
 * @returns `null` when any tag matches
 */
export function parseIfMatch(ifMatch: string | undefined): string[] | null {
  if (ifMatch === undefined || ifMatch.trim() === '*') return null
  return ifMatch.split(',').map((tag) => tag.trim())
}
