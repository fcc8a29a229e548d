import type { Context } from 'hono'
import { readText } from '../../http/read-body.ts'
import { DOOR_BODY_BYTES_MAX } from '../../platform/limits.ts'
import { nonFiniteNames } from '../../shared/metric-value.ts'
import { invalidParameter } from './errors.ts'

/** The last time that a date of JavaScript can hold; the first is as long before 1970. */
const TIME_MAX_MS = 8_640_000_000_000_000

/** The fields of a request: of its body, or of its query. Those that nobody knows are ignored, as on MLflow's wire. */
export class Fields {
  readonly #fields: Readonly<Record<string, unknown>>

  constructor(fields: Readonly<Record<string, unknown>>) {
    this.#fields = fields
  }

  /** A text that must be there. */
  text(name: string): string {
    const value = this.optionalText(name)
    if (value === null || value === '') throw invalidParameter(`Missing value for required parameter '${name}'`)
    return value
  }

  /** A text; `null`: it is missing. Numbers are taken for texts: parameters often are. */
  optionalText(name: string): string | null {
    const value = this.#fields[name]
    if (value === undefined || value === null) return null
    if (typeof value === 'string') return value
    if (typeof value === 'number' || typeof value === 'boolean') return String(value)
    throw invalidParameter(`Invalid value for parameter '${name}': must be a string`)
  }

  /** A whole number, which the wire writes as a number or a string; a fraction is cut off. `null`: it is missing. */
  optionalInt(name: string): number | null {
    const value = this.#fields[name]
    if (value === undefined || value === null || value === '') return null
    const number = typeof value === 'string' ? Number(value) : value
    if (typeof number !== 'number' || !Number.isFinite(number)) {
      throw invalidParameter(`Invalid value for parameter '${name}': must be a whole number`)
    }
    return Math.trunc(number)
  }

  /** A time, Unix ms, by the client's clock; `null`: it is missing, or makes no sense, which is no reason to refuse a run. */
  time(name: string): number | null {
    const time = Math.trunc(Number(this.#fields[name] ?? Number.NaN))
    return time > 0 && time <= TIME_MAX_MS ? time : null
  }

  /** The time of a value, Unix ms, by the client's clock: the nearest that a date can hold, since some count in ns; `null`: it is missing. */
  timeOfValue(name: string): number | null {
    const time = this.optionalInt(name)
    return time === null ? null : Math.max(-TIME_MAX_MS, Math.min(time, TIME_MAX_MS))
  }

  /** A whole number from a lowest one on; `null`: it is missing. */
  optionalIntFrom(name: string, lowest: number): number | null {
    const number = this.optionalInt(name)
    if (number === null || number >= lowest) return number
    throw invalidParameter(`Invalid value ${number} for parameter '${name}': must be at least ${lowest}`)
  }

  /** A number, non-finite ones as text: `"NaN"`, `"Infinity"`, `"-Infinity"`. */
  number(name: string): number {
    const value = this.#fields[name]
    if (typeof value === 'number') return value
    const isNumber = typeof value === 'string' && value.trim() !== '' && !Number.isNaN(Number(value))
    if (isNumber || (nonFiniteNames as readonly unknown[]).includes(value)) return Number(value)
    throw invalidParameter(
      `Invalid value ${JSON.stringify(value) ?? 'nothing'} for parameter '${name}': must be a number`,
    )
  }

  /** Whether a flag is set. */
  flag(name: string): boolean {
    return this.#fields[name] === true || this.#fields[name] === 'true'
  }

  /** Objects; none if they are missing. */
  list(name: string): Fields[] {
    return this.#array(name).map((one) => {
      if (typeof one === 'object' && one !== null && !Array.isArray(one))
        return new Fields(one as Record<string, unknown>)
      throw invalidParameter(`Invalid value for parameter '${name}': must be a list of objects`)
    })
  }

  /** An object; `null`: it is missing. */
  object(name: string): Fields | null {
    const value = this.#fields[name]
    if (value === undefined || value === null) return null
    if (typeof value === 'object' && !Array.isArray(value)) return new Fields(value as Record<string, unknown>)
    throw invalidParameter(`Invalid value for parameter '${name}': must be an object`)
  }

  /** Texts; none if they are missing. A single one stands for a list of one, as in a query. */
  texts(name: string): string[] {
    return this.#array(name).map((_, i, all) => new Fields({ [name]: all[i] }).text(name))
  }

  /** Keys and values. */
  entries(name: string): (readonly [key: string, value: string])[] {
    return this.list(name).map((one) => [one.text('key'), one.optionalText('value') ?? ''])
  }

  /** The fields as they are. */
  get raw(): Readonly<Record<string, unknown>> {
    return this.#fields
  }

  #array(name: string): unknown[] {
    const value = this.#fields[name]
    if (value === undefined || value === null) return []
    return Array.isArray(value) ? value : [value]
  }
}

/** The fields of a request's body; an empty one has none. */
export const bodyOf = async (c: Context): Promise<Fields> => fieldsIn(await textOf(c))

/** The text of a request's body. */
export async function textOf(c: Context, bytesMax = DOOR_BODY_BYTES_MAX): Promise<string> {
  const body = await readText(c.req.raw, bytesMax)
  if ('text' in body) return body.text
  throw invalidParameter(
    body.error === 'too_large'
      ? `The body is too large; the maximum is ${bytesMax} bytes`
      : 'The body is not valid UTF-8',
  )
}

/** The fields in the text of a body. */
export const fieldsIn = (text: string): Fields => new Fields(objectIn(text))

/** The fields of a request's query. */
export const queryOf = (c: Context): Fields =>
  new Fields(
    Object.fromEntries(
      Object.entries(c.req.queries()).map(([name, values]) => [name, values.length === 1 ? values[0] : values]),
    ),
  )

function objectIn(text: string): Record<string, unknown> {
  if (text.trim() === '') return {}
  const value = parsed(text)
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw invalidParameter('The body must be a JSON object')
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw invalidParameter('The body is not valid JSON')
  }
}
