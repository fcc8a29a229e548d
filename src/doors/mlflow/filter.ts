import { FILTER_CONDITIONS_MAX, FILTER_LENGTH_MAX } from '../../platform/limits.ts'
import { invalidParameter } from './errors.ts'

/** What a condition is about. */
export type Entity = 'attribute' | 'metric' | 'param' | 'tag'

/** How values are compared. */
const comparators = [
  '=',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  'LIKE',
  'ILIKE',
  'IN',
  'NOT IN',
  'IS NULL',
  'IS NOT NULL',
] as const
export type Comparator = (typeof comparators)[number]

/** One condition; `value`: several for IN and NOT IN, none for IS NULL. */
export type Condition = { entity: Entity; key: string; comparator: Comparator; values: readonly (string | number)[] }

/** An order: by what, and in which direction. */
export type Order = { entity: Entity; key: string; isDescending: boolean }

const entities: Readonly<Record<string, Entity>> = {
  ...{ attribute: 'attribute', attributes: 'attribute', attr: 'attribute', run: 'attribute' },
  ...{ metric: 'metric', metrics: 'metric' },
  ...{ param: 'param', params: 'param', parameter: 'param', parameters: 'param' },
  ...{ tag: 'tag', tags: 'tag' },
}

type Token = { kind: 'word' | 'quoted' | 'text' | 'number' | 'sign'; text: string; at: number }

const shapes: readonly (readonly [Token['kind'], RegExp])[] = [
  ['number', /-?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?(?![\w.])/iy],
  ['word', /[\p{L}_][\p{L}\p{N}_/-]*/uy],
  ['quoted', /`[^`]*`/y],
  ['text', /'[^']*'|"[^"]*"/y],
  ['sign', /<=|>=|!=|=|<|>|\.|,|\(|\)/y],
]

function tokensIn(text: string): Token[] {
  const tokens: Token[] = []
  for (let at = 0; at < text.length; ) {
    if (/\s/.test(text[at] ?? '')) {
      at++
      continue
    }
    const token = tokenAt(text, at)
    if (token === null)
      throw invalidParameter(`Invalid filter string at character ${at + 1}: '${text.slice(at, at + 20)}'`)
    tokens.push(token)
    at += token.text.length
  }
  return tokens
}

function tokenAt(text: string, at: number): Token | null {
  for (const [kind, shape] of shapes) {
    shape.lastIndex = at
    const found = shape.exec(text)?.[0]
    if (found !== undefined) return { kind, text: found, at }
  }
  return null
}

/** Reads the tokens of a filter or an order from left to right. */
class Reader {
  readonly #tokens: readonly Token[]
  readonly #text: string
  #next = 0

  constructor(text: string) {
    if (text.length > FILTER_LENGTH_MAX) throw invalidParameter(`A filter has at most ${FILTER_LENGTH_MAX} characters`)
    this.#text = text
    this.#tokens = tokensIn(text)
  }

  get isAtEnd(): boolean {
    return this.#next >= this.#tokens.length
  }

  /** Takes a word, whatever its case; false: another token comes. */
  takes(...words: string[]): boolean {
    const coming = this.#tokens.slice(this.#next, this.#next + words.length)
    const fits = words.every((word, i) => coming[i]?.text.toUpperCase() === word)
    if (fits) this.#next += words.length
    return fits
  }

  /** A name: `metrics.loss`, `params."a b"`, `tags.`mlflow.user``, or that of an attribute alone. */
  name(): { entity: Entity; key: string } {
    const first = this.take('word', 'quoted', 'text')
    if (!this.takes('.')) return { entity: 'attribute', key: bare(first) }
    const entity = entities[first.text.toLowerCase()]
    if (entity === undefined) {
      throw invalidParameter(
        `Invalid entity type '${first.text}'. Valid ones are attributes, metrics, params and tags; quote a key with dots`,
      )
    }
    let key = bare(this.take('word', 'quoted', 'text', 'number'))
    // Keys with dots need no quotes where nothing else can follow.
    while (this.takes('.')) key += `.${bare(this.take('word', 'number'))}`
    return { entity, key }
  }

  comparator(): Comparator {
    const found = [...comparators].reverse().find((one) => this.takes(...one.split(' ')))
    if (found === undefined) throw this.unexpected('a comparison')
    return found
  }

  value(): string | number {
    const token = this.take('text', 'number')
    return token.kind === 'number' ? Number(token.text) : bare(token)
  }

  list(): (string | number)[] {
    const values: (string | number)[] = []
    if (!this.takes('(')) throw this.unexpected('a list in parentheses')
    do values.push(this.value())
    while (this.takes(','))
    if (!this.takes(')')) throw this.unexpected("')'")
    return values
  }

  take(...kinds: Token['kind'][]): Token {
    const token = this.#tokens[this.#next]
    if (token === undefined || !kinds.includes(token.kind))
      throw this.unexpected(kinds.includes('word') ? 'a name' : 'a value')
    this.#next++
    return token
  }

  unexpected(wanted: string) {
    const token = this.#tokens[this.#next]
    const where =
      token === undefined ? 'its end' : `character ${token.at + 1}: '${this.#text.slice(token.at, token.at + 20)}'`
    return invalidParameter(`Invalid filter string: expected ${wanted} at ${where}`)
  }
}

const bare = ({ kind, text }: Token): string => (kind === 'quoted' || kind === 'text' ? text.slice(1, -1) : text)

/**
 * Reads a filter of MLflow: conditions joined by AND, such as `metrics.loss < 1 and params.lr = '0.001'`. There is no OR, and no
 * parentheses but those of lists, in MLflow's language.
 *
 * @throws an answer 400 that says where it makes no sense
 */
export function readFilter(text: string): Condition[] {
  const reader = new Reader(text)
  const conditions: Condition[] = []
  if (reader.isAtEnd) return conditions
  do {
    if (conditions.length >= FILTER_CONDITIONS_MAX) {
      throw invalidParameter(`A filter has at most ${FILTER_CONDITIONS_MAX} conditions`)
    }
    const { entity, key } = reader.name()
    const comparator = reader.comparator()
    const values = comparator.startsWith('IS') ? [] : comparator.endsWith('IN') ? reader.list() : [reader.value()]
    conditions.push({ entity, key, comparator, values })
  } while (reader.takes('AND'))
  if (!reader.isAtEnd) throw reader.unexpected('AND')
  return conditions
}

/** Reads an order, such as `metrics.loss ASC`. */
export function readOrder(text: string): Order {
  const reader = new Reader(text)
  const name = reader.name()
  const isDescending = reader.takes('DESC')
  if (!isDescending) reader.takes('ASC')
  if (!reader.isAtEnd) throw reader.unexpected('ASC or DESC')
  return { ...name, isDescending }
}

/** Whether a value meets a condition; `undefined`: there is none, which meets IS NULL alone. */
export function meets({ comparator, values }: Condition, value: string | number | undefined): boolean {
  if (comparator === 'IS NULL') return value === undefined
  if (value === undefined) return false
  const [wanted = ''] = values
  switch (comparator) {
    case 'IS NOT NULL':
      return true
    case '=':
      return value === wanted
    case '!=':
      return value !== wanted
    case '<':
      return value < wanted
    case '<=':
      return value <= wanted
    case '>':
      return value > wanted
    case '>=':
      return value >= wanted
    case 'IN':
      return values.includes(value)
    case 'NOT IN':
      return !values.includes(value)
    case 'LIKE':
      return isLike(String(value), String(wanted))
    case 'ILIKE':
      return isLike(String(value).toLowerCase(), String(wanted).toLowerCase())
  }
}

/**
 * SQL's LIKE: `%` for any text, `_` for one character. What stands between two `%` is looked for from left to right, each time
 * behind what was found before; nothing is tried again, as a regular expression would.
 */
export function isLike(text: string, pattern: string): boolean {
  const [first = '', ...others] = pattern.split('%')
  const last = others.pop()
  if (last === undefined) return text.length === first.length && isAt(text, 0, first)
  if (!isAt(text, 0, first)) return false
  let end = first.length
  for (const part of others) {
    const found = placeOf(text, part, end)
    if (found === -1) return false
    end = found + part.length
  }
  return text.length - last.length >= end && isAt(text, text.length - last.length, last)
}

/** Whether a part of a pattern is at a place of a text. */
function isAt(text: string, place: number, part: string): boolean {
  if (!part.includes('_')) return text.startsWith(part, place)
  if (text.length - place < part.length) return false
  for (let i = 0; i < part.length; i++) if (part[i] !== '_' && part[i] !== text[place + i]) return false
  return true
}

/** The first place of a part of a pattern in a text, from one on; -1: it is nowhere. */
function placeOf(text: string, part: string, from: number): number {
  if (!part.includes('_')) return text.indexOf(part, from)
  for (let place = from; place <= text.length - part.length; place++) if (isAt(text, place, part)) return place
  return -1
}
