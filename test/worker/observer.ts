import { expect } from 'vitest'
import type { Command } from '../../src/jobs/rules/refusals.ts'
import type { JobSnapshot } from '../../src/jobs/rules/shown.ts'
import { isFinal, type JobStatus } from '../../src/shared/job-status.ts'

/** The states that a job passes through without commands, in this order. */
const course: JobStatus[] = ['queued', 'preparing', 'training', 'validating', 'completed']

type Sight = { last: JobSnapshot | null | undefined; asked: Set<Command>; done: Set<Command> }

/** Records jobs as seen from one side, and commands sent since, and fails on a transition that must not happen. */
export class Observer {
  readonly #seen = new Map<string, Sight>()

  /** The job when last observed; `null`: it did not exist. */
  last(id: string): JobSnapshot | null | undefined {
    return this.#seen.get(id)?.last
  }

  /** Call before a command is sent: it may be carried out whatever its answer. */
  recordRequest(id: string, command: Command): void {
    this.#sight(id).asked.add(command)
  }

  /** Call when a command has been answered as successful. */
  recordSuccess(id: string, command: Command): void {
    this.#sight(id).done.add(command)
  }

  /** @param now `null`: there is no such job, or none yet */
  observe(id: string, now: JobSnapshot | null): void {
    const { last, asked, done } = this.#sight(id)
    if (last === undefined && now === null) return
    // A deletion may show later than its request: a finished job's row is deleted once D1 answers. So may a resume, once
    // it is the job's turn.
    const later = [...asked].filter(
      (command) => command === 'delete' || (command === 'resume' && now?.status === 'paused'),
    )
    this.#seen.set(id, { last: now, asked: new Set(later), done })
    if (now !== null && done.has('cancel')) expect(now.status, 'it was cancelled').toBe('cancelled')
    if (last !== undefined) expectCourse(last, now, asked)
  }

  #sight(id: string): Sight {
    const sight = this.#seen.get(id) ?? { last: undefined, asked: new Set(), done: new Set() }
    this.#seen.set(id, sight)
    return sight
  }
}

/** Checks a job's transition between two observations. */
function expectCourse(was: JobSnapshot | null, now: JobSnapshot | null, asked: Set<Command>): void {
  if (was === null || now === null) {
    expect(now, 'a deleted job came back').toBeNull()
    expect(was === null || asked.has('delete'), `a job vanished that was ${was?.status}`).toBe(true)
  } else if (isFinal(was.status)) {
    expect(now, 'a final state changed').toEqual(was)
  } else {
    expect(now.progress, `${was.status} → ${now.status}`).toBeGreaterThanOrEqual(was.progress)
    expect(mayBecome(was.status, now.status, asked), `${was.status} → ${now.status}`).toBe(true)
    const isLeftAlone = now.status === 'paused' && was.status === 'paused' && asked.size === 0
    if (isLeftAlone) expect({ ...now, queue_position: null }).toEqual({ ...was, queue_position: null })
  }
}

function mayBecome(was: JobStatus, now: JobStatus, asked: Set<Command>): boolean {
  if (now === 'cancelled') return asked.has('cancel')
  if (now === 'paused') return was === 'paused' || asked.has('pause')
  if (was === 'paused') return asked.has('resume') && course.indexOf(now) >= course.indexOf('preparing')
  return course.indexOf(now) >= course.indexOf(was)
}
