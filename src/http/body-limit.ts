import type { Context } from 'hono'
import { bodyLimit as honoBodyLimit } from 'hono/body-limit'
import { problem } from './problem.ts'

/** Refuses a body of more than `maxBytes`, declared or chunked, before anything is parsed: 413. */
export function bodyLimit(maxBytes: number) {
  return honoBodyLimit({
    maxSize: maxBytes,
    onError: (c: Context) => problem(c, 413, `The body is too large: at most ${maxBytes / 1024} KiB`),
  })
}
