import type { Context } from 'hono'
import { createMiddleware } from 'hono/factory'
import { type JSONVisitor, visit } from 'jsonc-parser'
import { JSON_ARRAY_MAX, JSON_DEPTH_MAX, SHOWN_VALUE_LENGTH_MAX } from '../platform/limits.ts'
import { invalid, problem, type ValidationError } from './problem.ts'
import { type BodyFlaw, readText } from './read-body.ts'

/**
 * Refuses, before a schema sees it, a body that is compressed (415), of more than `maxBytes`, declared or chunked (413),
 * not UTF-8 (400), or JSON that is nested too deeply, has too long an array, or an object with a key twice, of which two
 * readers could each see another value (422).
 */
export const jsonBody = (maxBytes: number) =>
  createMiddleware(async (c, next) => {
    if (isEncoded(c.req.header('Content-Encoding'))) {
      return problem(c, 415, 'Send the body as it is, without a Content-Encoding', {
        headers: { 'Accept-Encoding': 'identity' },
      })
    }
    // What does not say that it is JSON is refused for that, unread.
    if (!isJson.test(c.req.header('Content-Type') ?? '')) return next()
    const body = await readText(c.req.raw, maxBytes)
    if ('flaw' in body) return refuseBody(c, body.flaw, maxBytes)
    // The route's validator finds it here.
    Object.assign(c.req.bodyCache, { text: Promise.resolve(body.text) })
    const flaw = flawOf(body.text)
    return flaw === null ? next() : invalid(c, [flaw])
  })

/** Nothing here unpacks: a small body could become a large one. */
const isEncoded = (codings = '') => codings.split(',').some((coding) => !/^\s*(identity)?\s*$/i.test(coding))

/** As the routes, which refuse every other type. */
const isJson = /^application\/([a-z-.]+\+)?json/i

function refuseBody(c: Context, flaw: BodyFlaw, maxBytes: number): Response {
  switch (flaw) {
    case 'too_large':
      return problem(c, 413, `The body is too large: at most ${maxBytes / 1024} KiB`)
    case 'not_utf8':
      return problem(c, 400, 'The body is not valid UTF-8: save or convert it as UTF-8, and send it again', {
        kind: 'not-utf8',
      })
    case 'broken_off':
      // For the access log alone: the client has gone.
      return problem(c, 400, 'The body broke off before its end')
  }
}

/** The first thing wrong with the shape of a JSON text. What is not JSON at all is found when it is parsed. */
function flawOf(text: string): ValidationError | null {
  try {
    visit(text, inspector(), { disallowComments: true })
    return null
  } catch (flaw) {
    return (flaw as Flaw).error
  }
}

/** Ends the visit. */
class Flaw extends Error {
  readonly error: ValidationError

  constructor(path: readonly (string | number)[], msg: string, type: string) {
    super(msg)
    this.error = { loc: ['body', ...path.map(shown)], msg, type }
  }
}

/** A key, cut where it is long, as text that every reader of JSON takes. */
const shown = (step: string | number) =>
  typeof step === 'string' ? [...step].slice(0, SHOWN_VALUE_LENGTH_MAX).join('').toWellFormed() : step

/** An object or array whose end has not come; `path` of an array alone. */
type Open = { keys: Set<string>; elements: number; path: (string | number)[] | null }

function inspector(): JSONVisitor {
  const open: Open[] = []
  const enter = (isArray: boolean, path: () => (string | number)[]) => {
    if (open.length >= JSON_DEPTH_MAX) {
      throw new Flaw(path(), `Nested too deeply: at most ${JSON_DEPTH_MAX} levels`, 'too_deep')
    }
    open.push({ keys: new Set(), elements: 1, path: isArray ? path() : null })
  }
  const leave = () => void open.pop()
  return {
    onObjectBegin: (_offset, _length, _line, _character, path) => enter(false, path),
    onArrayBegin: (_offset, _length, _line, _character, path) => enter(true, path),
    onObjectEnd: leave,
    onArrayEnd: leave,
    onObjectProperty(key, _offset, _length, _line, _character, path) {
      const keys = open.at(-1)?.keys
      if (keys?.has(key)) throw new Flaw([...path(), key], 'This key is here twice', 'duplicate_key')
      keys?.add(key)
    },
    onSeparator(character) {
      const inner = open.at(-1)
      if (character !== ',' || !inner?.path) return
      if (++inner.elements > JSON_ARRAY_MAX) {
        throw new Flaw(inner.path, `Too long: at most ${JSON_ARRAY_MAX} elements`, 'too_big')
      }
    },
  }
}
