import { MOVING_JOBS_MAX } from '../limits.ts'

/** By the bindings they were seen through: an isolate has one such object. */
const known = new WeakMap<object, Set<string>>()

/**
 * The jobs whose objects have been seen moving them, so that a reader need not ask D1 first. Only a guess of where to
 * ask: a job that is missing in here, or wrongly in here, costs one question more.
 */
export function movingJobs(env: object) {
  const ids = known.get(env) ?? new Set<string>()
  known.set(env, ids)

  /** Notes whether the job still moves, as its object says. The one not seen for longest makes room. */
  function note(id: string, moves: boolean): void {
    ids.delete(id)
    if (!moves) return
    ids.add(id)
    for (const oldest of ids) {
      if (ids.size <= MOVING_JOBS_MAX) return
      ids.delete(oldest)
    }
  }

  return { has: (id: string): boolean => ids.has(id), note }
}
