import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { describe as snapshotAt } from '../../src/jobs/rules/describe.ts'
import {
  advance,
  decide,
  evolve,
  holdsSlot,
  nextWakeMs,
  queueResume,
  resumeInTurn,
  viewOf,
} from '../../src/jobs/rules/job.ts'
import { commands } from '../../src/jobs/rules/refusals.ts'
import type { Job } from '../../src/jobs/rules/types.ts'
import { PAUSES_MAX } from '../../src/platform/limits.ts'
import { isFinal } from '../../src/shared/job-status.ts'
import { after, newJob, startMs } from './jobs.ts'

const advanced = (job: Job, nowMs: number) => after(job, advance(job, nowMs))

function commanded(job: Job, command: (typeof commands)[number], nowMs: number): Job {
  const current = advanced(job, nowMs)
  const events = decide(current, command, nowMs)
  if ('reason' in events) throw new Error(`${command} was refused: ${events.reason}`)
  return after(current, events)
}

const stepOf = (job: Job, nowMs: number) => viewOf(job, nowMs).progress.step
const remainingOf = ({ job, nowMs }: { job: Job; nowMs: number }) =>
  viewOf(job, nowMs).progress.remainingMs ?? Number.NaN
const pointsOf = (job: Job, nowMs: number) => viewOf(job, nowMs).curve.length

test('an unwatched job passes its four milestones, whatever its length', () => {
  for (const epochs of [1, 10, 100]) {
    const wakes: string[] = []
    let job = newJob({ epochs })
    for (let wakeMs = nextWakeMs(job); wakeMs !== null; wakeMs = nextWakeMs(job)) {
      job = advanced(job, wakeMs)
      wakes.push(job.status)
    }
    expect(wakes).toEqual(['preparing', 'training', 'validating', 'validating'])
    expect(job.changedMs - startMs).toBe(500 + epochs * 100 * 500 + 500)
  }
})

test('an alarm hours late catches up on everything that was due, with the times at which it was due', () => {
  const job = advanced(newJob({ epochs: 1 }), startMs + 5 * 3_600_000)
  expect(job).toMatchObject({ status: 'validating', startedMs: startMs + 500, validatedMs: startMs + 51_000 })
})

test('a job paused for an hour resumes at the step it stopped at, half a step included', () => {
  const pausedMs = startMs + 500 + 10_250
  const paused = commanded(newJob(), 'pause', pausedMs)
  expect(stepOf(paused, pausedMs + 3_600_000)).toBe(20)
  const resumedMs = pausedMs + 3_600_000
  const resumed = commanded(paused, 'resume', resumedMs)
  expect(stepOf(resumed, resumedMs + 249)).toBe(20)
  expect(stepOf(resumed, resumedMs + 250)).toBe(21)
  expect(resumed.startedMs).toBe(startMs + 500)
})

test('a job paused while it prepares goes on with what was left of that, however often', () => {
  let job = commanded(newJob(), 'pause', startMs + 200)
  expect(job).toMatchObject({ status: 'paused', startedMs: null, activeMs: 0 })
  expect(viewOf(job, startMs + 3_600_000).progress).toMatchObject({ step: 0, remainingMs: 300 + 500_000 + 500 })
  job = commanded(commanded(job, 'resume', startMs + 10_000), 'pause', startMs + 10_100)
  job = commanded(job, 'resume', startMs + 20_000)
  expect(job.status).toBe('preparing')
  expect(viewOf(job, startMs + 20_000).progress.remainingMs).toBe(200 + 500_000 + 500)
  expect(nextWakeMs(job)).toBe(startMs + 20_200)
  expect(advanced(job, startMs + 20_200)).toMatchObject({ status: 'training', startedMs: startMs + 20_200 })
})

describe('a paused job in the queue', () => {
  const pausedMs = startMs + 10_500
  const paused = commanded(newJob(), 'pause', pausedMs)
  const queued = evolve(paused, { ...queueResume(paused, pausedMs + 1_000), actor: 'anna' })

  test('stays paused, and resumes as whoever asked for it', () => {
    expect(queued).toMatchObject({ status: 'paused', awaitsSlot: { sinceMs: pausedMs + 1_000, actor: 'anna' } })
    expect(holdsSlot(queued)).toBe(false)
    expect(nextWakeMs(queued)).toBeNull()
    const event = resumeInTurn(queued, pausedMs + 60_000)
    expect(event).toEqual({ type: 'resumed', atMs: pausedMs + 60_000, actor: 'anna' })
    const resumed = after(queued, event === null ? [] : [event])
    expect(resumed).toMatchObject({ status: 'training', awaitsSlot: null })
    expect(stepOf(resumed, pausedMs + 60_000)).toBe(20)
  })

  test('leaves it when it is paused again, which counts as a pause', () => {
    const withdrawn = commanded(queued, 'pause', pausedMs + 2_000)
    expect(withdrawn).toMatchObject({ status: 'paused', awaitsSlot: null, pauses: 2 })
    expect(resumeInTurn(withdrawn, pausedMs + 3_000)).toBeNull()
    expect(decide(withdrawn, 'pause', pausedMs + 3_000)).toEqual({ reason: 'not_running' })
    expect(decide({ ...queued, pauses: PAUSES_MAX }, 'pause', pausedMs)).toEqual({ reason: 'paused_too_often' })
  })

  test('leaves it when it is cancelled, deleted or resumed at once', () => {
    for (const command of ['cancel', 'delete', 'resume'] as const) {
      expect(commanded(queued, command, pausedMs + 2_000).awaitsSlot).toBeNull()
    }
  })
})

test('a simulated failure fails the job at its step, with the reason', () => {
  const job = advanced(newJob({ failsAt: 30 }), startMs + 3_600_000)
  expect(job).toMatchObject({ status: 'failed', errorMessage: 'Simulated training failure at step 30' })
  expect(stepOf(job, startMs + 7_200_000)).toBe(30)
  expect(job.completedMs).toBe(startMs + 500 + 15_000)
})

test('a completed event completes a validated job at the time of its validation', () => {
  const validated = advanced(newJob({ epochs: 1 }), startMs + 3_600_000)
  const job = evolve(validated, { type: 'completed', atMs: startMs + 9_000_000 })
  expect(job).toMatchObject({ status: 'completed', completedMs: validated.validatedMs })
  expect(snapshotAt(viewOf(job, startMs + 9_000_000))).toMatchObject({
    progress: 100,
    documents_processed: 50,
    loss: 0.0835,
  })
})

test('a pause beyond the limit is refused, and cancelling still works', () => {
  const training = { ...advanced(newJob(), startMs + 500), pauses: PAUSES_MAX }
  expect(decide(training, 'pause', startMs + 600)).toEqual({ reason: 'paused_too_often' })
  expect(decide(training, 'cancel', startMs + 600)).toEqual([{ type: 'cancelled', atMs: startMs + 600 }])
})

describe('commands by state', () => {
  const training = advanced(newJob(), startMs + 500)
  const states: Record<string, Job> = {
    queued: newJob(),
    preparing: advanced(newJob(), startMs),
    training,
    paused: commanded(training, 'pause', startMs + 1_000),
    'paused in the queue': after(training, [
      { type: 'paused', atMs: startMs + 1_000 },
      { type: 'resume_queued', atMs: startMs + 1_000 },
    ]),
    validating: advanced(newJob(), startMs + 500 + 500_000),
    validated: advanced(newJob(), startMs + 500 + 500_500),
    completed: evolve(advanced(newJob(), startMs + 600_000), { type: 'completed', atMs: startMs + 600_000 }),
    failed: advanced(newJob({ failsAt: 5 }), startMs + 600_000),
    cancelled: commanded(training, 'cancel', startMs + 1_000),
  }
  test.each([
    ['queued', 'not_running', 'not_paused', 'cancelled', 'deleted'],
    ['preparing', 'paused', 'not_paused', 'cancelled', 'running'],
    ['training', 'paused', 'not_paused', 'cancelled', 'running'],
    ['paused', 'not_running', 'resumed', 'cancelled', 'deleted'],
    ['paused in the queue', 'resume_withdrawn', 'resumed', 'cancelled', 'deleted'],
    ['validating', 'not_running', 'not_paused', 'cancelled', 'running'],
    ['validated', 'not_running', 'not_paused', 'already validating', 'running'],
    ['completed', 'not_running', 'not_paused', 'already completed', 'deleted'],
    ['failed', 'not_running', 'not_paused', 'already failed', 'deleted'],
    ['cancelled', 'not_running', 'not_paused', 'already cancelled', 'deleted'],
  ])('%s', (state, ...expected) => {
    const job = states[state] as Job
    const outcomes = commands.map((command) => {
      const outcome = decide(job, command, job.changedMs)
      if (!('reason' in outcome)) return outcome.map((event) => event.type).join()
      return outcome.reason === 'already' ? `already ${outcome.status}` : outcome.reason
    })
    expect(outcomes).toEqual(expected)
  })
})

describe('for any sequence of commands and clock readings', () => {
  const action = fc.oneof(
    { weight: 3, arbitrary: fc.record({ forwardMs: fc.integer({ min: 0, max: 40_000 }) }) },
    { weight: 1, arbitrary: fc.record({ backMs: fc.integer({ min: 1, max: 600_000 }) }) },
    { weight: 2, arbitrary: fc.record({ command: fc.constantFrom(...commands) }) },
    { weight: 1, arbitrary: fc.constant('alarm' as const) },
    { weight: 1, arbitrary: fc.constant('registered' as const) },
    { weight: 1, arbitrary: fc.constant('queued' as const) },
    { weight: 1, arbitrary: fc.constant('given a slot' as const) },
  )
  const run = fc.record({
    actions: fc.array(action, { maxLength: 60 }),
    epochs: fc.integer({ min: 1, max: 3 }),
    speed: fc.constantFrom(0.5, 1, 3, 7, 20, 1_000),
    failsAt: fc.option(fc.integer({ min: 0, max: 320 }), { freq: 4 }),
  })

  /** Runs the actions; `look` receives the job before and after each, with the object's clock. */
  function play(input: typeof run extends fc.Arbitrary<infer T> ? T : never, look: (before: Seen, now: Seen) => void) {
    let job = newJob(input)
    let wallMs = startMs
    let clockMs = startMs
    for (const action of input.actions) {
      const before = { job, nowMs: clockMs }
      if (typeof action === 'object' && 'forwardMs' in action) wallMs += action.forwardMs
      if (typeof action === 'object' && 'backMs' in action) wallMs -= action.backMs
      clockMs = Math.max(clockMs, job.changedMs, wallMs)
      if (action === 'alarm') job = advanced(job, clockMs)
      if (action === 'registered' && job.validatedMs !== null && !isFinal(job.status)) {
        job = evolve(job, { type: 'completed', atMs: job.changedMs })
      }
      if (action === 'queued' && job.status === 'paused' && !job.deleted) job = evolve(job, queueResume(job, clockMs))
      const resumed = action === 'given a slot' && resumeInTurn(job, clockMs)
      if (resumed) job = evolve(job, resumed)
      if (typeof action === 'object' && 'command' in action && !job.deleted) {
        job = advanced(job, clockMs)
        const events = decide(job, action.command, clockMs)
        if (!('reason' in events)) job = after(job, events)
      }
      look(before, { job, nowMs: clockMs })
    }
  }
  type Seen = { job: Job; nowMs: number }

  test('step, points and progress never decrease', () => {
    fc.assert(
      fc.property(run, (input) =>
        play(input, (before, now) => {
          expect(stepOf(now.job, now.nowMs)).toBeGreaterThanOrEqual(stepOf(before.job, before.nowMs))
          expect(pointsOf(now.job, now.nowMs)).toBeGreaterThanOrEqual(pointsOf(before.job, before.nowMs))
          expect(snapshotAt(viewOf(now.job, now.nowMs)).progress).toBeLessThanOrEqual(100)
        }),
      ),
      { numRuns: 1_000 },
    )
  })

  test('between pause and resume no step happens and no time counts', () => {
    fc.assert(
      fc.property(run, (input) =>
        play(input, (before, now) => {
          if (before.job.status !== 'paused' || now.job.status !== 'paused') return
          expect(stepOf(now.job, now.nowMs)).toBe(stepOf(before.job, before.nowMs))
          expect(now.job.activeMs).toBe(before.job.activeMs)
          expect(now.job.preparedMs).toBe(before.job.preparedMs)
        }),
      ),
      { numRuns: 1_000 },
    )
  })

  test('the work that remains never grows', () => {
    fc.assert(
      fc.property(run, (input) =>
        play(input, (before, now) => expect(remainingOf(now)).toBeLessThanOrEqual(remainingOf(before))),
      ),
      { numRuns: 1_000 },
    )
  })

  test('a final state never changes, and holds no slot', () => {
    fc.assert(
      fc.property(run, (input) =>
        play(input, (before, now) => {
          if (!isFinal(before.job.status)) return
          const { revision: _, deleted: __, changedMs: ___, loggedMs: ____, ...seen } = now.job
          expect(before.job).toMatchObject(seen)
          expect(holdsSlot(now.job)).toBe(false)
          expect(nextWakeMs(now.job)).toBeNull()
        }),
      ),
      { numRuns: 1_000 },
    )
  })

  test('a job changes state only along its life cycle', () => {
    const allowed: Record<string, string[]> = {
      queued: ['preparing', 'cancelled'],
      preparing: ['training', 'paused', 'cancelled'],
      training: ['paused', 'validating', 'failed', 'cancelled'],
      paused: ['preparing', 'training', 'cancelled'],
      validating: ['completed', 'cancelled'],
    }
    fc.assert(
      fc.property(run, (input) => {
        let job = newJob(input)
        play(input, (_, now) => {
          job = now.job
        })
        expect([...Object.keys(allowed), 'completed', 'failed', 'cancelled']).toContain(job.status)
        const path = pathOf(input)
        path.slice(1).forEach((status, i) => {
          expect(allowed[path[i] as string] ?? []).toContain(status)
        })
      }),
      { numRuns: 500 },
    )
  })

  /** Every state of the job, alarm by alarm and command by command. */
  function pathOf(input: typeof run extends fc.Arbitrary<infer T> ? T : never): string[] {
    const path: string[] = ['queued']
    play(input, (before, now) => {
      let current = before.job
      for (const event of advance(current, now.nowMs)) {
        if (current.revision >= now.job.revision) break
        current = evolve(current, event)
        if (current.status !== path.at(-1)) path.push(current.status)
      }
      if (now.job.status !== path.at(-1)) path.push(now.job.status)
    })
    return path
  }
})

test('a curve never gets longer than it says it may', () => {
  for (const job of [newJob({ epochs: 1 }), newJob({ epochs: 3, failsAt: 120 })]) {
    const { curve } = viewOf(after(job, advance(job, Number.MAX_SAFE_INTEGER)), Number.MAX_SAFE_INTEGER)
    expect(curve.lengthMax).toBe(job.config.epochs * 100)
    expect(curve.length).toBeLessThanOrEqual(curve.lengthMax)
  }
})
