import { D1Unavailable } from '../platform/d1.ts'
import { JOBS_REMEMBERED_MAX } from '../platform/limits.ts'
import type { Composed } from './object/parts.ts'

/** The jobs that exist or have existed, as an isolate remembers; by bindings, the same object for all of its requests. */
const remembered = new WeakMap<object, Set<string>>()

function knownBy(env: Composed): Set<string> {
  const known = remembered.get(env)
  if (known !== undefined) return known
  const fresh = new Set<string>()
  remembered.set(env, fresh)
  return fresh
}

/**
 * Whether there is a job, asked of D1 once: an invented id must not create an object. While D1 does not respond, that is
 * left to the object.
 */
export async function existence(
  env: Composed,
  id: string,
): Promise<'exists' | { reason: 'not_found' } | { reason: 'attempt_over'; why: 'deleted' }> {
  const known = knownBy(env)
  if (known.has(id)) return 'exists'
  try {
    const found = await env.parts.register(env.DB).existence(id)
    if (found === null) return { reason: 'not_found' }
    if (found === 'deleted') return { reason: 'attempt_over', why: 'deleted' }
  } catch (error) {
    if (!(error instanceof D1Unavailable)) throw error
    return 'exists'
  }
  if (known.size >= JOBS_REMEMBERED_MAX) known.clear()
  known.add(id)
  return 'exists'
}
