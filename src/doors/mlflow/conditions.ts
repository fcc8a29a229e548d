import { invalidParameter } from './errors.ts'
import { type Condition as FilterCondition, readFilter } from './filter.ts'

/** A condition of a search of the registry: `name = 'x'`, or `name LIKE 'x%'`. */
export type Condition = { field: string; is: 'equal' | 'like'; value: string }

/** What the client adds to each search of the registry: prompts, of which there are none here, are left out. */
const isOfPrompts = ({ entity, key, comparator }: FilterCondition): boolean =>
  entity === 'tag' && key === 'mlflow.prompt.is_prompt' && comparator === '!='

/**
 * The conditions of a search's filter, all of which hold.
 *
 * @param fields those that the search knows; others are refused, as is all else of the language
 */
export function conditionsIn(filter: string, fields: readonly string[]): Condition[] {
  return readFilter(filter)
    .filter((one) => !isOfPrompts(one))
    .map(({ entity, key, comparator, values: [value] }) => {
      const is = comparator === '=' ? 'equal' : comparator === 'LIKE' ? 'like' : null
      if (entity !== 'attribute' || !fields.includes(key) || is === null || typeof value !== 'string') {
        throw invalidParameter(`Invalid filter '${filter}': only ${known(fields)} is offered`)
      }
      return { field: key, is, value }
    })
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
