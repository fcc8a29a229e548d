import type { TypeState, VersionInState } from './registry.ts'

/** The state that conditional commands on a type's versions expect: how often its active version has changed. */
const stateIn = ({ model_type, activations }: TypeState) => `${model_type}.${activations}`

/** The ETag of the list of a type's active version. */
export const etagOfActive = (state: TypeState) => `"${stateIn(state)}"`

/** A version's strong ETag: its type's state, and whether it is active, the only property of a version that changes. */
export const etagOf = ({ version, activations }: VersionInState) =>
  `"${stateIn({ model_type: version.model_type, activations })}-${version.is_active ? 'active' : 'inactive'}"`

/** The states that a request's ETags stand for. A tag that no version can have is ignored. */
export function statesFromTags(tags: string[] | null): TypeState[] | null {
  if (tags === null) return null
  return tags.flatMap((tag) => {
    const [, model_type, activations] = /^"([a-z_]+)\.(\d{1,15})(?:-(?:in)?active)?"$/.exec(tag) ?? []
    return model_type === undefined ? [] : [{ model_type, activations: Number(activations) }]
  })
}
