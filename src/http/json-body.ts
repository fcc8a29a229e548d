import type { Context } from 'hono'
import { createMiddleware } from 'hono/factory'
import { type JSONVisitor, visit } from 'jsonc-parser'
import { JSON_ARRAY_MAX, JSON_DEPTH_MAX } from '../platform/limits.ts'
import { echoedName } from './echo.ts'
import { isWellStructured } from './json-structure.ts'
import { invalid, problem } from './problem.ts'
import type { ValidationError } from './problem-document.ts'
import { type BodyError, readText } from './read-body.ts'

type Options = {
  mayBeGzipped?: boolean
  /** The kind of the problem, a 422, with which a body is rejected that no repetition makes valid. */
  invalidKind?: string
}

/**
 * Rejects a body before its schema is applied: compressed (415), unless gzip is allowed; more than `maxBytes`, declared or
 * chunked (413); not UTF-8 (400); JSON with too much nesting, too long an array, or a duplicate key, since parsers differ
 * in the value they take (422).
 */
export const jsonBody = (maxBytes: number, { mayBeGzipped = false, invalidKind }: Options = {}) =>
  createMiddleware(async (c, next) => {
    const isGzipped = mayBeGzipped && /^\s*gzip\s*$/i.test(c.req.header('Content-Encoding') ?? '')
    if (!isGzipped && isEncoded(c.req.header('Content-Encoding'))) {
      return problem(
        c,
        415,
        mayBeGzipped
          ? 'Send the body uncompressed, or with Content-Encoding: gzip'
          : 'Send the body uncompressed, without Content-Encoding',
        {
          headers: { 'Accept-Encoding': mayBeGzipped ? 'gzip, identity' : 'identity' },
        },
      )
    }
    // The route's validator rejects a body that is not declared as JSON; there is no need to read it.
    if (!isJson.test(c.req.header('Content-Type') ?? '')) return next()
    const body = await readText(c.req.raw, maxBytes, isGzipped)
    if ('error' in body) {
      if (body.error === 'not_gzip') return invalid(c, [notGzip], invalidKind)
      if (body.error === 'not_utf8' && invalidKind !== undefined) return invalid(c, [notUtf8], invalidKind)
      return refuseBody(c, body.error, maxBytes)
    }
    // The body can be read only once: leave the text where the route's validator looks for it.
    Object.assign(c.req.bodyCache, { text: Promise.resolve(body.text) })
    if (isWellStructured(body.text)) return next()
    const error = structureErrorIn(body.text) ?? (invalidKind === undefined ? null : syntaxErrorIn(body.text))
    return error === null ? next() : invalid(c, [error], invalidKind)
  })

const notUtf8: ValidationError = { loc: ['body'], msg: 'Not valid UTF-8', type: 'not_utf8' }
const notGzip: ValidationError = { loc: ['body'], msg: 'Not valid gzip', type: 'not_gzip' }
const notJson: ValidationError = { loc: ['body'], msg: 'Not valid JSON', type: 'json_invalid' }

/** Otherwise the parser of the route's validator answers 400. */
function syntaxErrorIn(text: string): ValidationError | null {
  try {
    JSON.parse(text)
    return null
  } catch {
    return notJson
  }
}

/** Compressed bodies are accepted where a route says so, and read up to the bound: a small one could expand to any size. */
const isEncoded = (codings = '') => codings.split(',').some((coding) => !/^\s*(identity)?\s*$/i.test(coding))

/** The pattern of @hono/zod-openapi, so that both agree on what is JSON; routes answer 415 for every other type. */
const isJson = /^application\/([a-z-.]+\+)?json/i

function refuseBody(c: Context, error: Exclude<BodyError, 'not_gzip'>, maxBytes: number): Response {
  switch (error) {
    case 'too_large':
      return problem(c, 413, `The body is too large; the maximum is ${maxBytes / 1024} KiB`)
    case 'not_utf8':
      return problem(c, 400, 'The body is not valid UTF-8. Convert it to UTF-8 and send it again.', {
        kind: 'not-utf8',
      })
    case 'aborted':
      // Only the access log sees this: the client has gone.
      return problem(c, 400, 'The body is incomplete')
  }
}

/** The first error in the structure of a JSON text; those of its syntax are no part of that. */
function structureErrorIn(text: string): ValidationError | null {
  try {
    visit(text, structureVisitor(), { disallowComments: true })
    return null
  } catch (error) {
    return (error as StructureError).error
  }
}

/** Thrown to end the visit. */
class StructureError extends Error {
  readonly error: ValidationError

  constructor(path: readonly (string | number)[], msg: string, type: string) {
    super(msg)
    this.error = { loc: ['body', ...path.map(displayKey)], msg, type }
  }
}

const displayKey = (step: string | number) => (typeof step === 'string' ? echoedName(step) : step)

/** An object or array that is still open; `path` is `null` for an object. */
type Container = { keys: Set<string>; elements: number; path: (string | number)[] | null }

function structureVisitor(): JSONVisitor {
  const open: Container[] = []
  const enter = (isArray: boolean, path: () => (string | number)[]) => {
    if (open.length >= JSON_DEPTH_MAX) {
      throw new StructureError(path(), `Nested too deeply: at most ${JSON_DEPTH_MAX} levels`, 'too_deep')
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
      if (keys?.has(key)) throw new StructureError([...path(), key], 'Duplicate key', 'duplicate_key')
      keys?.add(key)
    },
    onSeparator(character) {
      const innermost = open.at(-1)
      if (character !== ',' || !innermost?.path) return
      if (++innermost.elements > JSON_ARRAY_MAX) {
        throw new StructureError(innermost.path, `Too long: at most ${JSON_ARRAY_MAX} elements`, 'too_big')
      }
    },
  }
}
