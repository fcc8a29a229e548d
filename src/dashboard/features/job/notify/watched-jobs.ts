import { who } from '../../../api/session.ts'
import { recall, remember } from '../../../platform/stored.ts'

/** What was last told of a job: the silence by its beginning; '': nothing yet. */
export type Told = string

/** By id, the jobs that the person who is signed in is notified of. They are kept in this browser, for all of its tabs. */
export function watchedJobs(): ReadonlyMap<string, Told> {
  const stored = parsed(recall('watched-jobs'))
  return new Map(stored?.person === who.value?.name ? Object.entries(stored?.jobs ?? {}) : [])
}

/** Notes what was told of a job; `null`: it is no longer watched. Those of another person are forgotten. */
export function noteTold(id: string, told: Told | null): void {
  const jobs = new Map(watchedJobs())
  if (told === null) jobs.delete(id)
  else jobs.set(id, told)
  const stored: Stored = { person: who.value?.name ?? '', jobs: Object.fromEntries(jobs) }
  remember('watched-jobs', jobs.size === 0 ? null : JSON.stringify(stored))
}

type Stored = { person: string; jobs: Record<string, Told> }

/** Anything may stand in the browser's storage. */
function parsed(text: string | null): Stored | null {
  try {
    const stored: unknown = JSON.parse(text ?? 'null')
    const isOurs = typeof stored === 'object' && stored !== null && 'person' in stored && 'jobs' in stored
    return isOurs && typeof stored.jobs === 'object' ? (stored as Stored) : null
  } catch {
    return null
  }
}
