import { expect } from 'vitest'
import type { Command } from '../../src/jobs/rules/refusals.ts'
import type { JobSnapshot } from '../../src/jobs/rules/shown.ts'
import { isFinal, type JobStatus } from '../../src/shared/job-status.ts'

/** What a job passes through by itself, in this order. */
const course: JobStatus[] = ['queued', 'preparing', 'training', 'validating', 'completed']

type Sight = { last: JobSnapshot | null | undefined; asked: Set<Command>; done: Set<Command> }

/** Remembers how jobs looked from one place and what was asked of them since, and objects to what must not happen. */
export class Witness {
  readonly #seen = new Map<string, Sight>()

  /** How the job looked last; `null`: it was gone. */
  last(id: string): JobSnapshot | null | undefined {
    return this.#seen.get(id)?.last
  }

  /** To be told before a command is sent, which may be carried out whatever it answers. */
  hears(id: string, command: Command): void {
    this.#sight(id).asked.add(command)
  }

  /** To be told when somebody was told that a command is carried out. */
  hearsDone(id: string, command: Command): void {
    this.#sight(id).done.add(command)
  }

  /** @param now `null`: there is no such job, or none yet */
  sees(id: string, now: JobSnapshot | null): void {
    const { last, asked, done } = this.#sight(id)
    if (last === undefined && now === null) return
    // A deletion may show later than it was asked for: a finished job's row goes as soon as D1 answers.
    this.#seen.set(id, { last: now, asked: new Set(asked.has('delete') ? ['delete'] : []), done })
    if (now !== null && done.has('cancel')) expect(now.status, 'it was cancelled').toBe('cancelled')
    if (last !== undefined) expectCourse(last, now, asked)
  }

  #sight(id: string): Sight {
    const sight = this.#seen.get(id) ?? { last: undefined, asked: new Set(), done: new Set() }
    this.#seen.set(id, sight)
    return sight
  }
}

/** What may have become of a job between two looks. */
function expectCourse(was: JobSnapshot | null, now: JobSnapshot | null, asked: Set<Command>): void {
  if (was === null || now === null) {
    expect(now, 'a deleted job came back').toBeNull()
    expect(was === null || asked.has('delete'), `a job vanished that was ${was?.status}`).toBe(true)
  } else if (isFinal(was.status)) {
    expect(now, 'a final state changed').toEqual(was)
  } else {
    expect(now.progress, `${was.status} → ${now.status}`).toBeGreaterThanOrEqual(was.progress)
    expect(mayBecome(was.status, now.status, asked), `${was.status} → ${now.status}`).toBe(true)
    if (now.status === 'paused' && was.status === 'paused' && !asked.has('resume')) expect(now).toEqual(was)
  }
}

function mayBecome(was: JobStatus, now: JobStatus, asked: Set<Command>): boolean {
  if (now === 'cancelled') return asked.has('cancel')
  if (now === 'paused') return was === 'paused' || asked.has('pause')
  if (was === 'paused') return asked.has('resume') && course.indexOf(now) >= course.indexOf('training')
  return course.indexOf(now) >= course.indexOf(was)
}
