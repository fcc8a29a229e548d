import { expect, test } from 'vitest'
import type { JobSnapshot, RunnerRecord } from '../../src/client/index.ts'
import { isThere, standingOf } from '../../src/dashboard/domain/runner-standing.ts'

const at = (minute: number) => new Date(Date.UTC(2026, 10, 1, 8, minute)).toISOString()
const after = (minute: number) => Date.parse(at(minute))

const idle: RunnerRecord = {
  ...{ name: 'gpu-1', actor: 'token:cellar', version: null, labels: {} },
  ...{ seen_at: at(0), since: at(0), left_at: null, job_id: null, last_job: null },
}
const busy: RunnerRecord = { ...idle, job_id: 'job', last_job: { id: 'job', name: 'Job', ended: null } }

const jobWith = (attempt: Partial<NonNullable<JobSnapshot['attempt']>>): JobSnapshot[] => {
  const live = { number: 1, runner: 'gpu-1', ended: null, silent_since: null, stalled_since: null, ...attempt }
  return [{ id: 'job', attempt: live } as JobSnapshot]
}

test('a runner that was noted down within ten minutes waits, and long after that asks no more', () => {
  expect(standingOf(idle, [], after(11))).toMatchObject({ doing: 'idle', since: at(0) })
  const late = standingOf({ ...idle, since: at(-30) }, [], after(13))
  expect([late, isThere(late)]).toMatchObject([{ doing: 'unheard', since: at(0) }, false])
})

test('a runner that has a job is as its attempt says, however long ago it asked for one', () => {
  expect(standingOf(busy, jobWith({}), after(600))).toMatchObject({ doing: 'busy', job: { id: 'job' } })
  expect(standingOf(busy, jobWith({ silent_since: at(5) }), after(6))).toMatchObject({ doing: 'silent', since: at(5) })
  expect(standingOf(busy, jobWith({ stalled_since: at(5) }), after(6))).toMatchObject({
    doing: 'stalled',
    since: at(5),
  })
  // The list of jobs is older than that of runners, or another one has it by now.
  expect(standingOf(busy, [], after(6))).toMatchObject({ doing: 'busy', job: null })
  expect(standingOf(busy, jobWith({ runner: 'gpu-2', silent_since: at(5) }), after(6))).toMatchObject({ doing: 'busy' })
})

test('a runner that said that it ends has ended, whatever it had', () => {
  const left = standingOf({ ...busy, left_at: at(3) }, jobWith({}), after(4))
  expect([left, isThere(left)]).toMatchObject([{ doing: 'ended', since: at(3) }, false])
})
