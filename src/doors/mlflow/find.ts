import { ORDERS_MAX, RUNS_PER_SEARCH_MAX, RUNS_SEARCHED_MAX } from '../../platform/limits.ts'
import type { Fields } from './body.ts'
import { invalidParameter } from './errors.ts'
import { type Comparator, type Condition, type Entity, meets, type Order, readFilter, readOrder } from './filter.ts'
import { PROMPT_TAG } from './registry-fields.ts'

/** Searching, of whatever: the filter and the order of MLflow's language, and pages. */

type Value = string | number | undefined

/** What a search knows of its rows: attributes by name, and what else by key. `numbers`: the attributes that are no texts. */
export type Searched<T> = {
  attributes: Readonly<Record<string, (row: T) => Value>>
  numbers: readonly string[]
} & Partial<Record<Exclude<Entity, 'attribute'>, (row: T, key: string) => Value>>

/** A search, as a request asks it. */
export type Question<T> = {
  conditions: readonly Condition[]
  /** Whether a row meets all conditions. */
  matches: (row: T) => boolean
  /** `null`: newest first, as rows are found. */
  compare: ((a: T, b: T) => number) | null
  /** What an attribute must equal; `null`: it need not. By it rows may be looked for, which `matches` looks at again. */
  equal: (attribute: string) => string | null
  token: number | null
  limit: number
}

/**
 * Finds rows that match, newest first.
 *
 * @param before only those after this cursor; `null`: from the newest on
 * @param enough so many are enough; `next`: where to go on, `null`: there are no more
 */
export type Finder<T> = (
  matches: (row: T) => boolean,
  before: number | null,
  enough: number,
) => Promise<{ rows: T[]; next: number | null }>

/** A page, and its token of the next one, as answered. */
export type PageFound<T> = { rows: T[]; more: { next_page_token?: string } }

/**
 * The search in a request.
 *
 * @param orders those of the request, if they are no texts
 * @throws an answer 400 for what the search does not know
 */
export function questionIn<T>(
  fields: Fields,
  searched: Searched<T>,
  orders: readonly Order[] = fields.texts('order_by').map(readOrder),
  limitMax = RUNS_PER_SEARCH_MAX,
): Question<T> {
  const sent = readFilter(fields.optionalText('filter') ?? '').filter((one) => !isOfPrompts(one))
  if (orders.length > ORDERS_MAX) throw invalidParameter(`A search has at most ${ORDERS_MAX} orders`)
  for (const { entity, key } of [...sent, ...orders]) check(searched, entity, key)
  const conditions = sent.map((one) => fitting(one, isNumber(searched, one)))
  const limit = fields.optionalInt('max_results') ?? Math.min(1_000, limitMax)
  if (limit < 1 || limit > RUNS_PER_SEARCH_MAX) {
    throw invalidParameter(
      `Invalid value ${limit} for parameter 'max_results': must be from 1 to ${RUNS_PER_SEARCH_MAX}`,
    )
  }
  return {
    conditions,
    matches: (row) => conditions.every((one) => meets(one, valueIn(searched, row, one.entity, one.key))),
    compare: orders.length === 0 ? null : (a, b) => compared(searched, orders, a, b),
    equal: (attribute) => {
      const found = conditions.find(
        ({ entity, key, comparator }) => entity === 'attribute' && key === attribute && comparator === '=',
      )
      return found === undefined ? null : String(found.values[0])
    },
    token: fields.optionalIntFrom('page_token', 0),
    limit: Math.min(limit, limitMax),
  }
}

/** What the client adds to each search of the registry: prompts, of which there are none here, are left out. */
const isOfPrompts = ({ entity, key, comparator }: Condition): boolean =>
  entity === 'tag' && key === PROMPT_TAG && comparator === '!='

function check<T>(searched: Searched<T>, entity: Entity, key: string): void {
  const { attributes, numbers: _, ...others } = searched
  if (entity === 'attribute' ? !Object.hasOwn(attributes, key) : searched[entity] === undefined) {
    const known = [...Object.keys(attributes), ...Object.keys(others).map((name) => `${name}s.…`)]
    const what = entity === 'attribute' ? `attribute key '${key}'` : `key '${entity}s.${key}'`
    throw invalidParameter(`Invalid ${what}. Valid ones are ${known.join(', ')}`)
  }
}

const isNumber = <T>({ numbers }: Searched<T>, { entity, key }: Condition): boolean =>
  entity === 'metric' || (entity === 'attribute' && numbers.includes(key))

/** The comparisons that make no sense of numbers, and of texts. */
const notOfNumbers: readonly Comparator[] = ['LIKE', 'ILIKE']
const notOfTexts: readonly Comparator[] = ['<', '<=', '>', '>=']

/** A condition whose values are what they are compared with. An attribute that is a number may be compared with a quoted one. */
function fitting(condition: Condition, ofNumber: boolean): Condition {
  const { entity, key, comparator } = condition
  if ((ofNumber ? notOfNumbers : notOfTexts).includes(comparator)) {
    throw invalidParameter(
      `Invalid comparator '${comparator}': ${entity} '${key}' is a ${ofNumber ? 'number' : 'text'}`,
    )
  }
  const values = condition.values.map((value) => {
    if (!ofNumber && typeof value !== 'string') {
      throw invalidParameter(`Expected a quoted string value for ${entity} '${key}' (e.g. 'my-value'). Got ${value}`)
    }
    if (!ofNumber || typeof value === 'number') return value
    if (entity === 'metric' || value.trim() === '' || Number.isNaN(Number(value))) {
      throw invalidParameter(`Expected a number for ${entity} '${key}'. Found '${value}'`)
    }
    return Number(value)
  })
  return { ...condition, values }
}

const valueIn = <T>(searched: Searched<T>, row: T, entity: Entity, key: string): Value =>
  entity === 'attribute' ? searched.attributes[key]?.(row) : searched[entity]?.(row, key)

/** Missing values and NaN come last, whatever the direction. */
function compared<T>(searched: Searched<T>, orders: readonly Order[], a: T, b: T): number {
  for (const { entity, key, isDescending } of orders) {
    const [x, y] = [a, b].map((row) => valueIn(searched, row, entity, key))
    const isLast = (value: Value) => value === undefined || Number.isNaN(value)
    if (isLast(x) !== isLast(y)) return isLast(x) ? 1 : -1
    if (isLast(x) || x === y || x === undefined || y === undefined) continue
    return (x < y ? -1 : 1) * (isDescending ? -1 : 1)
  }
  return 0
}

/** A page of what a search finds: as it is found, or, in another order, of the RUNS_SEARCHED_MAX newest. */
export async function answerOf<T>(question: Question<T>, find: Finder<T>): Promise<PageFound<T>> {
  const { matches, compare, token, limit } = question
  if (compare === null) {
    const { rows, next } = await find(matches, token, limit)
    return { rows, more: next === null ? {} : { next_page_token: String(next) } }
  }
  const { rows } = await find(matches, null, RUNS_SEARCHED_MAX)
  const from = token ?? 0
  const end = from + limit
  return {
    rows: rows.sort(compare).slice(from, end),
    more: end < rows.length ? { next_page_token: String(end) } : {},
  }
}

/** Finds among rows that are all there, the newest first. */
export const among =
  <T>(all: readonly T[]): Finder<T> =>
  async (matches, before, enough) => {
    const found = all.filter(matches)
    const from = before ?? 0
    const next = from + enough
    return { rows: found.slice(from, next), next: next < found.length ? next : null }
  }
