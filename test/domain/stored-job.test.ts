import { describe, expect, test } from 'vitest'
import { isAtRest } from '../../src/jobs/register/job-register.ts'
import { jobOf, storedJob } from '../../src/jobs/register/stored-job.ts'
import { describe as shownOf } from '../../src/jobs/rules/describe.ts'
import { advance, decide, viewOf } from '../../src/jobs/rules/job.ts'
import type { Job, JobEvent } from '../../src/jobs/rules/types.ts'
import { CLOCK_SETBACK_MAX_MS, WAKE_GRACE_MS } from '../../src/platform/limits.ts'
import { after, newJob, startMs } from './jobs.ts'

const at = (job: Job, ms: number): Job => after(job, advance(job, ms))
const shown = (job: Job, nowMs: number) => shownOf(viewOf(job, nowMs))

/** Jobs in every state, at the time of their last event. */
const states: [string, Job][] = [1, 20].flatMap((speed) => {
  const training = at(newJob({ speed }), startMs + 500)
  const paused = after(training, decide(training, 'pause', startMs + 10_000) as JobEvent[])
  return [
    ['queued', newJob({ speed })],
    ['training', training],
    ['paused', paused],
    ['cancelled', after(paused, decide(paused, 'cancel', startMs + 20_000) as JobEvent[])],
    ['failed', at(newJob({ speed, failsAt: 30 }), Number.MAX_SAFE_INTEGER)],
    ['validated', at(newJob({ speed }), Number.MAX_SAFE_INTEGER)],
  ].map(([name, job]): [string, Job] => [`${name} at speed ${speed}`, job as Job])
})

test.each(states)('a row shows the job that was stored in it, now and an hour later: %s', (_, job) => {
  const read = jobOf(storedJob(job), job.status, job.revision)
  for (const laterMs of [0, 3_600_000]) {
    expect(shown(read, job.changedMs + laterMs)).toEqual(shown(job, job.changedMs + laterMs))
  }
})

describe('a row in the format before versions, which holds what the API showed', () => {
  const old = (job: Job) => ({ spec: null, summary: null, snapshot: JSON.stringify(shown(job, job.changedMs)) })

  test.each(states.filter(([, { status }]) => status !== 'validating'))(
    'is shown as stored, and without an error later: %s',
    (_, job) => {
      const read = jobOf(old(job), job.status, job.revision)
      expect(shown(read, read.changedMs)).toEqual(shown(job, job.changedMs))
      expect(shown(read, job.changedMs + 3_600_000)).toMatchObject({ id: job.id, status: job.status })
    },
  )

  test('of a job in training continues with its steps', () => {
    const training = at(newJob({ speed: 20 }), startMs + 500)
    const read = jobOf(old(training), training.status, training.revision)
    expect(shown(read, training.changedMs + 5_000)).toEqual(shown(training, training.changedMs + 5_000))
  })
})

test('a paused job of which D1 may not know the last command is read from its object, also after the clock went back', () => {
  const row = { status: 'paused', wakeDeadlineMs: startMs + WAKE_GRACE_MS } as const
  expect(isAtRest(row, startMs)).toBe(false)
  expect(isAtRest(row, startMs - CLOCK_SETBACK_MAX_MS + WAKE_GRACE_MS)).toBe(false)
  const daily = { status: 'paused', wakeDeadlineMs: startMs + 24 * 60 * 60_000 } as const
  expect(isAtRest(daily, startMs)).toBe(true)
})
