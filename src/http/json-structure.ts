import { JSON_ARRAY_MAX, JSON_DEPTH_MAX } from '../platform/limits.ts'

/**
 * Whether a text is JSON without too much nesting, too long an array, or a duplicate key. It is found out in a fraction of the time
 * that a visit of the text takes, which says where the error is.
 */
export function isWellStructured(text: string): boolean {
  try {
    // With a duplicate key, the text has more members than the value.
    return membersOf(JSON.parse(text)) === membersIn(text)
  } catch {
    return false
  }
}

/** The members of all objects in a value; NaN: it is nested too deeply, or has too long an array. */
function membersOf(value: unknown, depth = 0): number {
  if (typeof value !== 'object' || value === null) return 0
  const parts: unknown[] = Array.isArray(value) ? value : Object.values(value)
  if (depth >= JSON_DEPTH_MAX || (Array.isArray(value) && parts.length > JSON_ARRAY_MAX)) return Number.NaN
  let members = Array.isArray(value) ? 0 : parts.length
  for (const part of parts) members += membersOf(part, depth + 1)
  return members
}

const quote = '"'
const backslash = 0x5c
const colon = 0x3a
const space = 0x20

/** The members in a text that is JSON: its strings that a colon follows. */
function membersIn(text: string): number {
  let members = 0
  for (let begin = text.indexOf(quote); begin >= 0; ) {
    let end = text.indexOf(quote, begin + 1)
    while (isEscaped(text, end)) end = text.indexOf(quote, end + 1)
    let next = end + 1
    while (text.charCodeAt(next) <= space) next++
    if (text.charCodeAt(next) === colon) members++
    begin = text.indexOf(quote, next)
  }
  return members
}

/** Whether an odd number of backslashes is before a place. */
function isEscaped(text: string, at: number): boolean {
  let from = at
  while (text.charCodeAt(from - 1) === backslash) from--
  return (at - from) % 2 === 1
}
