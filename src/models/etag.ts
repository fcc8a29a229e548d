import type { TypeState, VersionInState } from './registry.ts'

/** The state that conditional commands on a type's versions expect: how often its active version has changed. */
const stateIn = ({ model_type, activations }: TypeState) => `${encodeURIComponent(model_type)}.${activations}`

/** The ETag of the list of a type's active version. */
export const etagOfActive = (state: TypeState) => `"${stateIn(state)}"`

/**
 * A version's strong ETag: its type's state, and what of a version changes: whether it is active, and how many of the documents
 * that it was trained on have been withdrawn (`w2`).
 */
export const etagOf = ({ version, activations }: VersionInState) =>
  `"${stateIn({ model_type: version.model_type, activations })}-${version.is_active ? 'active' : 'inactive'}${
    version.training_withdrawn ? `-w${version.training_withdrawn}` : ''
  }"`

/** The states that a request's ETags stand for. A tag that no version can have is ignored. */
export function statesFromTags(tags: string[] | null): TypeState[] | null {
  if (tags === null) return null
  return tags.flatMap((tag) => {
    const [, encoded = '', activations] = /^"(.+)\.(\d{1,15})(?:-(?:in)?active(?:-w\d{1,15})?)?"$/.exec(tag) ?? []
    const model_type = decoded(encoded)
    return model_type === null ? [] : [{ model_type, activations: Number(activations) }]
  })
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text) || null
  } catch {
    return null
  }
}
