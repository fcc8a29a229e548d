import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { PAGE_CURSOR_LENGTH_MAX, PAGE_DEFAULT, PAGE_MAX } from '../platform/limits.ts'
import { defaultedIntParam } from './validation.ts'

const encode = (text: string) => btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')

/** The opaque cursor for a key. Keys are ASCII. */
export const encodeCursor = (key: string | number) => encode(String(key))

/** The query parameter for a page's size. */
export const limitParam = defaultedIntParam(1, PAGE_MAX, PAGE_DEFAULT, 'Maximum number of rows per page')

const base64url = /^[A-Za-z0-9_-]+$/
const NOT_A_CURSOR = 'Not a cursor of this list; take it from the Link header of the previous page'

/** The query parameter for a page's cursor, decoded to the key, which must match `key`. */
export function cursorParam(key: RegExp, lengthMax = PAGE_CURSOR_LENGTH_MAX) {
  return z
    .string()
    .max(lengthMax)
    .regex(base64url, { error: NOT_A_CURSOR, abort: true })
    .transform((cursor, ctx) => {
      const text = decode(cursor)
      if (text !== null && key.test(text) && encode(text) === cursor) return text
      ctx.addIssue({ code: 'custom', message: NOT_A_CURSOR })
      return z.NEVER
    })
    .openapi({
      type: 'string',
      maxLength: lengthMax,
      pattern: base64url.source,
      example: encode('42'),
      description: 'Start of the page: opaque, from the `Link` header of the previous page. Default: the first page',
    })
}

function decode(cursor: string): string | null {
  try {
    return atob(cursor.replaceAll('-', '+').replaceAll('_', '/'))
  } catch {
    return null
  }
}

/**
 * Adds `Link: <…>; rel="next"` (RFC 8288) when there is a next page: this request's address with `cursor` set, or with
 * `after` set to the key itself where a list is paged by a key that clients know.
 */
export function linkNext(c: Context, next: string | number | null, parameter: 'cursor' | 'after' = 'cursor') {
  if (next === null) return
  const url = new URL(c.req.url)
  url.searchParams.set(parameter, parameter === 'cursor' ? encodeCursor(next) : String(next))
  c.header('Link', `<${url.pathname}${url.search}>; rel="next"`)
}

/** Describes the header of a paged answer in a route's `responses`. */
export const linkHeader = z.object({
  Link: z.string().optional().openapi({
    description: 'The next page, if there is one (RFC 8288, rel="next")',
    example: '</api/v1/admin/training/models?limit=50&cursor=NDI>; rel="next"',
  }),
})
