import type { Hook } from '@hono/zod-openapi'
import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { invalid } from './problem.ts'
import type { ValidationError } from './problem-document.ts'
import { unknownField } from './unknown-fields.ts'
import { FIELD_REQUIRED } from './validation-messages.ts'

/** FastAPI's name for the location of a value, by Hono's validation target. */
const locations: Record<string, string> = {
  json: 'body',
  form: 'body',
  query: 'query',
  param: 'path',
  header: 'header',
  cookie: 'cookie',
}

/** Answers 422 when a request does not match the route's schemas, with a problem of this kind. */
export const rejectInvalidAs =
  // biome-ignore lint/suspicious/noExplicitAny: the type of OpenAPIHono's default hook
    (kind?: string): Hook<any, any, any, any> =>
    (result, c) => {
      if (result.success) return
      const location = locations[result.target] ?? result.target
      const errors = validationErrors(location, result.error.issues)
      return invalid(c, result.target === 'query' ? errors.map((error) => ofRepeated(error, c)) : errors, kind)
    }

/** The same, of the usual kind. */
export const rejectInvalid = rejectInvalidAs()

/** The errors of a request by the issues of its schema. A custom issue can name its type in `params`. */
function validationErrors(location: string, issues: readonly z.core.$ZodIssue[]): ValidationError[] {
  return issues.flatMap((issue) => {
    if (issue.code === 'invalid_union' && issue.errors.length > 0) {
      const inner = closestBranch(issue.errors).map((one) => ({ ...one, path: [...issue.path, ...one.path] }))
      return validationErrors(location, inner as z.core.$ZodIssue[])
    }
    const loc = [location, ...issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))]
    if (issue.code === 'unrecognized_keys') return issue.keys.map((name) => unknownField(loc, name))
    const missing = issue.code === 'invalid_type' && issue.message === FIELD_REQUIRED
    if (missing) return { loc, msg: FIELD_REQUIRED, type: 'missing' }
    const kind: unknown = issue.code === 'custom' ? issue.params?.type : undefined
    return { loc, msg: issue.message, type: typeof kind === 'string' ? kind : issue.code }
  })
}

/** The error of a parameter that was given several times; of any other, the error itself. */
function ofRepeated(error: ValidationError, c: Context): ValidationError {
  const [, name, ...within] = error.loc
  return within.length === 0 && (c.req.queries(String(name))?.length ?? 0) > 1
    ? { ...error, msg: 'Give it once' }
    : error
}

/** The branch of a union whose errors lie deepest in the value: most likely the intended one. */
function closestBranch(branches: readonly (readonly z.core.$ZodIssue[])[]): readonly z.core.$ZodIssue[] {
  const depth = (issues: readonly z.core.$ZodIssue[]) => Math.max(...issues.map((issue) => issue.path.length))
  return branches.reduce((best, branch) => (depth(branch) > depth(best) ? branch : best))
}

/** The largest integer that a query parameter can be: 15 digits, which a number holds exactly. */
export const INT_PARAM_MAX = 999_999_999_999_999

/** A query parameter: an integer from `min` to `max`, both inclusive. */
export function intParam(min: number, max: number, description: string) {
  return z
    .string()
    .regex(/^\d{1,15}$/, `Must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .pipe(z.int().min(min).max(max))
    .openapi({ type: 'integer', minimum: min, maximum: max, description })
}

/** The same, with a default. */
export const defaultedIntParam = (min: number, max: number, initial: number, description: string) =>
  intParam(min, max, description).default(initial).openapi({ default: initial })

/** A query parameter that may be repeated: parsed to an array without duplicates. */
export function repeatableParam<T extends z.ZodType<string>>(item: T) {
  return z
    .union([item.transform((one) => [one]), z.array(item)])
    .transform((values) => [...new Set(values)] as z.output<T>[])
}

/** A query parameter: `true` or `false`. */
export const booleanParam = z
  .enum(['true', 'false'])
  .transform((text) => text === 'true')
  .openapi({ type: 'boolean' })
