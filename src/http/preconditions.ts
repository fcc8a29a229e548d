import { z } from '@hono/zod-openapi'
import { etag, RETAINED_304_HEADERS } from 'hono/etag'

/** The header of a conditional read, for a route's `request.headers`; hono/etag answers 304. */
export const IfNoneMatch = z.object({
  'If-None-Match': z.string().optional().openapi({
    description: 'An ETag: 304 without a body when it is still the same',
    example: '"5-120"',
  }),
})

/** What a 304 keeps beside what HTTP has it keep: the request's id, and that another site's page may read it. */
const retained = [
  'x-request-id',
  'access-control-allow-origin',
  'access-control-allow-credentials',
  'access-control-expose-headers',
]

/** Answers 304 to who has what the route's ETag names. */
export const conditional = () => etag({ retainedHeaders: [...RETAINED_304_HEADERS, ...retained] })

/** The header of a conditional command. @param description what it is held against */
export const ifMatch = (description: string, example: string) =>
  z.object({ 'If-Match': z.string().optional().openapi({ description, example }) })

/** The header of a conditional command to a job. */
export const IfMatch = ifMatch(
  'An ETag of what the command is for: 412 when something has been decided about it since. Steps of a job since do not count',
  '"5-120"',
)

/** The header of an answer that can be asked for again on condition. */
export const etagHeader = z.object({ ETag: z.string().openapi({ description: 'Strong', example: '"5-120"' }) })

/**
 * The tags in an If-Match header. Weak tags are left out: RFC 9110 lets them match nothing here.
 *
 * @returns `null` when any tag will do
 */
export function tagsIn(ifMatch: string | undefined): string[] | null {
  if (ifMatch === undefined || ifMatch.trim() === '*') return null
  return ifMatch.split(',').map((tag) => tag.trim())
}
