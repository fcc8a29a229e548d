import { who } from '../api/session.ts'

/**
 * Who did something, where that says something: while everyone on this machine may do everything, all of it was done by
 * the same nobody. `null`: unknown, or nobody in particular.
 */
export const actorNamed = (actor: string | null): string | null =>
  who.value?.kind === 'local' && actor === who.value.name ? null : actor
