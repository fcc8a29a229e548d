/** JSON that JavaScript values cannot represent: duplicate keys and raw text. */

export type Json =
  | null
  | boolean
  | number
  | string
  | Json[]
  /** An object: its members, in this order. */
  | { members: [key: string, value: Json][] }
  /** Text that is written unchanged. */
  | { raw: string }

export const raw = (text: string): Json => ({ raw: text })

export function toText(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(toText).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if ('raw' in value) return value.raw
  return `{${value.members.map(([key, one]) => `${JSON.stringify(key)}:${toText(one)}`).join(',')}}`
}

/** The number of values in a value, itself included. */
export function sizeOf(value: Json): number {
  return 1 + childrenOf(value).reduce<number>((sum, child) => sum + sizeOf(child), 0)
}

const childrenOf = (value: Json): Json[] => {
  if (Array.isArray(value)) return value
  return typeof value === 'object' && value !== null && 'members' in value ? value.members.map(([, one]) => one) : []
}

/** The value with `change` applied to the one at a place, counted in document order. */
export function changedAt(value: Json, place: number, change: (value: Json) => Json): Json {
  if (place === 0) return change(value)
  let before = 1
  const step = (child: Json): Json => {
    const at = place - before
    const size = sizeOf(child)
    before += size
    return at >= 0 && at < size ? changedAt(child, at, change) : child
  }
  if (Array.isArray(value)) return value.map(step)
  if (typeof value !== 'object' || value === null || !('members' in value)) return value
  return { members: value.members.map(([key, one]) => [key, step(one)]) }
}
