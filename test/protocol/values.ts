import type { Json } from './cases.ts'

/** The values that earlier steps kept, by name. */
export type Variables = Map<string, Json>

const isObject = (value: Json): value is { [name: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A value with its variables replaced: `{name}` alone by the value itself, within a text by the value as text. */
export function fillIn(value: Json, variables: Variables): Json {
  if (typeof value === 'string') return fillInText(value, variables)
  if (Array.isArray(value)) return value.map((one) => fillIn(one, variables))
  if (!isObject(value)) return value
  if (Array.isArray(value.$times)) return repeated(value.$times as [number, Json], variables)
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, fillIn(one, variables)]))
}

/** `{"$times": [3, x]}` is an array of three x, or, of a text, the text three times. */
function repeated([times, value]: [number, Json], variables: Variables): Json {
  const one = fillIn(value, variables)
  return typeof one === 'string' ? one.repeat(times) : Array<Json>(times).fill(one)
}

function fillInText(text: string, variables: Variables): Json {
  const variable = (name: string): Json => {
    // A new id each time.
    if (name === 'uuid') return crypto.randomUUID()
    const value = variables.get(name)
    if (value === undefined) throw new Error(`No step has kept ${name}`)
    return value
  }
  const whole = /^\{([a-z]\w*)\}$/.exec(text)?.[1]
  if (whole !== undefined) return variable(whole)
  return text.replace(/\{([a-z]\w*)\}/g, (_, name: string) => String(variable(name)))
}

/** The value at a place in an answer: names and indexes, separated by dots. */
export function valueAt(answer: Json, path: string): Json | undefined {
  let value: Json | undefined = answer
  for (const part of path.split('.')) {
    if (Array.isArray(value)) value = value.at(Number(part))
    else if (value !== undefined && isObject(value)) value = value[part]
    else return undefined
  }
  return value
}

/**
 * Where an answer differs from what is expected of it; `null`: nowhere. Of an object, the expected members must be there;
 * an array must be as long. A text `/…/` is a regular expression for the value as text.
 */
export function difference(expected: Json, actual: Json | undefined, path = 'answer'): string | null {
  if (typeof expected === 'string' && /^\/.+\/$/.test(expected)) {
    const matches = actual !== undefined && actual !== null && new RegExp(expected.slice(1, -1)).test(String(actual))
    return matches ? null : isNot(expected, actual, path)
  }
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual.length !== expected.length) return isNot(expected, actual, path)
    return first(expected.map((one, i) => difference(one, actual[i], `${path}.${i}`)))
  }
  if (isObject(expected)) {
    if (actual === undefined || !isObject(actual)) return isNot(expected, actual, path)
    return first(Object.entries(expected).map(([name, one]) => difference(one, actual[name], `${path}.${name}`)))
  }
  return expected === actual ? null : isNot(expected, actual, path)
}

const first = (differences: (string | null)[]): string | null => differences.find((one) => one !== null) ?? null

const isNot = (expected: Json, actual: Json | undefined, path: string): string =>
  `${path} is ${JSON.stringify(actual)}, not ${JSON.stringify(expected)}`
