import { fold } from '../../platform/fold.ts'
import { SEARCH_NAME_LENGTH_MAX } from '../../platform/limits.ts'
import type { Job } from '../rules/types.ts'

/** What a job's row is found by, and sorted by. */
export type SearchColumns = { name: string; labels: string }

/**
 * The folded name, and the labels: what lists look for exactly, each on a line of its own and begun by its kind, so that
 * the index of characters finds it whole. No label contains a line break.
 */
export const searchColumns = ({ config, createdBy, tags }: Job): SearchColumns => ({
  name: [...fold(config.name)].slice(0, SEARCH_NAME_LENGTH_MAX).join(''),
  labels: [...(createdBy === null ? [] : [creatorLabel(createdBy)]), ...tags.map(tagLabel)].join(''),
})

/** The label of the actor that created a job. */
export const creatorLabel = (actor: string): string => `\n@${actor}\n`

/** The label of a tag: in any case, as in a search. */
export const tagLabel = (tag: string): string => `\n#${fold(tag)}\n`
