import { z } from '@hono/zod-openapi'

/** The header of a conditional read, for a route's `request.headers`; hono/etag answers 304. */
export const IfNoneMatch = z.object({
  'If-None-Match': z.string().optional().openapi({
    description: 'An ETag: 304 without a body when it is still the same',
    example: '"5-120"',
  }),
})

/** The header of a conditional command. */
export const IfMatch = z.object({
  'If-Match': z.string().optional().openapi({
    description: 'An ETag of the job: 412 when something has been decided about it since. Steps since do not count',
    example: '"5-120"',
  }),
})

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
