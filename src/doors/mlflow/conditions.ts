import { invalidParameter } from './errors.ts'

/** A condition of a search: `name = 'x'`, or `name LIKE 'x%'`. */
export type Condition = { field: string; is: 'equal' | 'like'; value: string }

const condition = /^\s*([\w.`]+)\s*(=|!=|LIKE)\s*(?:'([^']*)'|"([^"]*)")\s*(?:AND\s+|$)/i

/** What the client adds to each search of the registry: prompts, of which there are none here, are left out. */
const PROMPT_TAG = /^tags?\.`?mlflow\.prompt\.is_prompt`?$/

/**
 * The conditions of a search's filter, all of which hold.
 *
 * @param fields those that the search knows; others are refused, as is all else of the language
 */
export function conditionsIn(filter: string, fields: readonly string[]): Condition[] {
  const all: Condition[] = []
  let rest = filter
  while (rest.trim() !== '') {
    const [whole, field = '', operator = '', single, double] = condition.exec(rest) ?? []
    if (whole === undefined) throw invalidParameter(`Invalid filter '${filter}': only ${known(fields)} is offered`)
    rest = rest.slice(whole.length)
    if (PROMPT_TAG.test(field) && operator === '!=') continue
    if (!fields.includes(field) || operator === '!=') {
      throw invalidParameter(`Invalid filter '${filter}': only ${known(fields)} is offered`)
    }
    all.push({ field, is: operator === '=' ? 'equal' : 'like', value: single ?? double ?? '' })
  }
  return all
}

const known = (fields: readonly string[]) => fields.map((field) => `${field} = '…'`).join(' AND ')

/** The value that a field must equal; `null`: any. A pattern is refused. */
export function equalIn(conditions: readonly Condition[], field: string): string | null {
  const found = conditions.filter((one) => one.field === field)
  if (found.length === 0) return null
  const [first] = found
  if (first === undefined || found.length > 1 || first.is === 'like') {
    throw invalidParameter(`Invalid filter: only one ${field} = '…' is offered`)
  }
  return first.value
}
