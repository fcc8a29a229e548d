import type { Entry } from '../../models/named-version.ts'
import {
  ALIAS_LENGTH_MAX,
  REGISTRY_DESCRIPTION_LENGTH_MAX,
  REGISTRY_TAGS_MAX,
  RUN_KEY_LENGTH_MAX,
  RUN_TAG_LENGTH_MAX,
} from '../../platform/limits.ts'
import type { Fields } from './body.ts'
import { invalidParameter, notOfferedHere } from './errors.ts'

/** Fields of requests to the registry, within their bounds. */

/** A description; empty if it is missing. */
export function descriptionIn(fields: Fields): string {
  const text = fields.optionalText('description') ?? ''
  if (text.length > REGISTRY_DESCRIPTION_LENGTH_MAX) {
    throw invalidParameter(`A description has at most ${REGISTRY_DESCRIPTION_LENGTH_MAX} characters`)
  }
  return text
}

function tagOf(key: string, value: string): Entry {
  if (key.length > RUN_KEY_LENGTH_MAX || value.length > RUN_TAG_LENGTH_MAX) {
    throw invalidParameter(
      `A tag's key has at most ${RUN_KEY_LENGTH_MAX} characters, its value at most ${RUN_TAG_LENGTH_MAX}`,
    )
  }
  return [key, value]
}

/** The tag that a request sets. */
export const tagIn = (fields: Fields): Entry => tagOf(fields.text('key'), fields.optionalText('value') ?? '')

/** The tag of a name or a version that MLflow's client takes for a prompt. */
export const PROMPT_TAG = 'mlflow.prompt.is_prompt'

/** The tags that come with a name or version, which is no prompt. */
export function tagsIn(fields: Fields): Entry[] {
  const tags = fields.entries('tags').map(([key, value]) => tagOf(key, value))
  if (tags.some(([key]) => key === PROMPT_TAG)) throw notOfferedHere('Prompts are')
  if (tags.length > REGISTRY_TAGS_MAX) throw invalidParameter(`There are at most ${REGISTRY_TAGS_MAX} tags`)
  return tags
}

const stages = ['None', 'Staging', 'Production', 'Archived']

/** A stage by its name, in whatever case. */
export function stageOf(name: string): string {
  const stage = stages.find((one) => one.toLowerCase() === name.toLowerCase())
  if (stage !== undefined) return stage
  throw invalidParameter(`Invalid Model Version stage: ${name}. Value must be one of ${stages.join(', ')}.`)
}

/** An alias, which is none of those that MLflow's client takes for something else. */
export function aliasIn(fields: Fields): string {
  const alias = fields.text('alias')
  const isTaken = alias.toLowerCase() === 'latest' || /^v\d+$/i.test(alias)
  if (isTaken || !/^[\p{L}\p{N}_-]+$/u.test(alias) || alias.length > ALIAS_LENGTH_MAX) {
    throw invalidParameter(
      `Invalid alias '${alias}': letters, digits, '_' and '-', at most ${ALIAS_LENGTH_MAX}, but neither 'latest' nor 'v' and a number`,
    )
  }
  return alias
}
