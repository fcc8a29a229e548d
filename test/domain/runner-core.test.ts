import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { claimJob, finishAttempt, takeReport } from '../../src/jobs/object/attempts.ts'
import { carryOut } from '../../src/jobs/object/carry-out.ts'
import type { Core } from '../../src/jobs/object/core.ts'
import { beginningOf } from '../../src/jobs/object/upkeep.ts'
import { rowShownAt } from '../../src/jobs/register/job-register.ts'
import { jobOf, storedJob } from '../../src/jobs/register/stored-job.ts'
import { recordedOf, storedRecording } from '../../src/jobs/register/stored-recording.ts'
import { describeEvent, describe as describeJob } from '../../src/jobs/rules/describe.ts'
import { runnersOf } from '../../src/jobs/rules/describe-runners.ts'
import { start, viewOf } from '../../src/jobs/rules/job.ts'
import { runner } from '../../src/jobs/rules/trainers/runner.ts'
import type { JobOf } from '../../src/jobs/rules/trainers/trainer.ts'
import { after, missWords } from '../../src/jobs/rules/trainers/words.ts'
import type { JobEvent, View } from '../../src/jobs/rules/types.ts'
import { RUNNER_LOST_AFTER_DEFAULT_S, RUNNER_SILENT_AFTER_MS } from '../../src/platform/limits.ts'
import { Disk } from '../simulation/storage.ts'
import { coreOn, nearbyD1, saveCheckpoint } from './core-on-disk.ts'
import { specOf, startMs } from './jobs.ts'

beforeEach(() => void vi.useFakeTimers({ now: startMs, toFake: ['Date'] }))
afterEach(() => void vi.useRealTimers())

/** The core of a job that runners train, with an attempt of a token each. */
async function begin(disk = new Disk()) {
  const { DB } = nearbyD1()
  let { core, storage } = coreOn(disk, DB)
  const spec = { ...specOf(), trainedBy: 'runner' as const }
  await core.register.insert(spec, 1, false)
  const row = await core.register.find(spec.id)
  if (row === null) throw new Error('The row is missing')
  core.commit(start(beginningOf(core, row), core.now()))
  /** The core after an eviction, with what was committed. */
  const evicted = () => {
    storage.gate()
    ;({ core, storage } = coreOn(disk, DB))
    return core
  }
  return { core, evicted }
}

const claim = (core: Core, token: string, claimId = `claim of ${token}`) =>
  claimJob(core, { runner: 'gpu-1', claimId, tokenHash: token })

const report = (core: Core, token: string, sequence: number, ...steps: number[]) =>
  takeReport(core, token, { sequence, points: steps.map((step) => ({ step, metrics: { loss: step } })) })

describe('points are counted once', () => {
  test('when the first word of an attempt brings some', async () => {
    const { core } = await begin()
    claim(core, 'a')
    report(core, 'a', 1, 1, 2)
    expect(core.recorded.curve.length).toBe(2)
    report(core, 'a', 2, 3)
    expect(core.recorded.curve.slice(0, 9).map(({ step }) => step)).toEqual([1, 2, 3])
    expect(core.recorded.curve.length).toBe(3)
  })

  test('when they go back behind what an earlier attempt has reported', async () => {
    const { core, evicted } = await begin()
    claim(core, 'a')
    report(core, 'a', 1, 1, 2, 3)
    finishAttempt(core, 'a', { sequence: 2, outcome: 'released', checkpoint: saveCheckpoint(core, 'a', 3) })
    claim(core, 'b')
    takeReport(core, 'b', {})
    report(core, 'b', 1, 2, 3)
    report(core, 'b', 2, 4)
    for (const one of [core, evicted()]) {
      expect(one.recorded.curve.length).toBe(6)
      expect(one.recorded.curve.slice(0, 6).map(({ step }) => step)).toEqual([1, 2, 3, 4])
    }
  })
})

describe('step 0 lowers an attempt that has reported another step below the one it went on from', () => {
  const resumed = async () => {
    const { core, evicted } = await begin()
    claim(core, 'a')
    takeReport(core, 'a', {})
    report(core, 'a', 1, 1, 2, 3, 4)
    finishAttempt(core, 'a', { sequence: 2, outcome: 'released', checkpoint: saveCheckpoint(core, 'a', 8) })
    claim(core, 'b')
    takeReport(core, 'b', {})
    return { core, evicted }
  }
  const inForce = ({ recorded: { curve } }: Core) => curve.slice(0, curve.length).map(({ step }) => step)
  const rewinds = (core: Core) => core.job?.attempts.rewinds.map(({ fromStep }) => fromStep)

  test('before it', async () => {
    const { evicted } = await resumed()
    const core = evicted()
    report(core, 'b', 1, 0)
    expect(inForce(core)).toEqual([1, 2, 3, 4, 0])
    const later = evicted()
    report(later, 'b', 2, 3)
    expect(inForce(later)).toEqual([0, 3])
    expect(rewinds(later)).toEqual([0])
  })

  test('after it, also where that superseded nothing', async () => {
    const { core, evicted } = await resumed()
    report(core, 'b', 1, 8)
    report(core, 'b', 2, 9)
    const later = evicted()
    report(later, 'b', 3, 0)
    expect(inForce(later)).toEqual([8, 9, 0])
    expect(rewinds(later)).toEqual([0])
  })
})

test('a finished job shows the same after an eviction: when its runner was heard last, too', async () => {
  const { core, evicted } = await begin()
  claim(core, 'a')
  report(core, 'a', 1, 1, 2)
  vi.setSystemTime(startMs + 60_000)
  takeReport(core, 'a', {})
  vi.setSystemTime(startMs + 65_000)
  finishAttempt(core, 'a', { sequence: 2, outcome: 'failed' })
  const shown = (one: Core) => runnersOf(one.view() as View).attempt
  expect(shown(core)?.heard_at).toBe(new Date(startMs + 65_000).toISOString())
  expect(shown(evicted())).toEqual(shown(core))
})

test.each([0, 1_000])(
  'a runner is silent as soon as it is lost, also where it was silent %d times before',
  async (silences) => {
    const { core } = await begin()
    claim(core, 'a')
    report(core, 'a', 1, 1)
    const job = core.livingJob as JobOf<'runner'>
    const often = { ...job, attempts: { ...job.attempts, silences } }
    const lost = missWords(often, job.trainer.lostAfterMs, startMs + job.trainer.lostAfterMs)
    expect(after(often, lost).attempts.all).toMatchObject([{ silentSinceMs: startMs, lostMs: expect.any(Number) }])
  },
)

test('the time that is left is estimated while the runner is heard, and up to the last step', async () => {
  const { core } = await begin()
  claim(core, 'a')
  takeReport(core, 'a', { sequence: 1, total_steps: 4, points: [{ step: 0, metrics: { loss: 1 } }] })
  vi.setSystemTime(startMs + 3_000)
  report(core, 'a', 2, 1, 2)
  const known = { remainingMs: 1_000, expectedEndMs: startMs + 4_000 }
  expect(core.view()?.progress).toMatchObject(known)
  core.commit(missWords(core.job as JobOf<'runner'>, RUNNER_SILENT_AFTER_MS, startMs + 63_000))
  expect(core.view()?.progress).toMatchObject({ remainingMs: null, expectedEndMs: null })
  takeReport(core, 'a', {})
  expect(core.view()?.progress).toMatchObject(known)
  report(core, 'a', 3, 3)
  expect(core.view()?.progress).toMatchObject({ remainingMs: null, expectedEndMs: null })
  finishAttempt(core, 'a', { sequence: 4, outcome: 'failed' })
  expect(core.view()?.progress.remainingMs).toBe(0)
})

test('the token of an earlier answer to a claim ends nothing while the attempt lives, and is told when that is over', async () => {
  const { core, evicted } = await begin()
  claim(core, 'a', 'one claim')
  claim(core, 'b', 'one claim')
  claim(core, 'c', 'one claim')
  takeReport(core, 'c', {})
  for (const token of ['a', 'b']) expect(takeReport(evicted(), token, {})).toEqual({ reason: 'token_unknown' })
  finishAttempt(evicted(), 'c', { sequence: 1, outcome: 'released' })
  const later = evicted()
  for (const token of ['a', 'b', 'c'])
    expect(takeReport(later, token, {})).toEqual({ reason: 'attempt_over', why: 'finished' })
  expect(takeReport(later, 'd', {})).toEqual({ reason: 'token_unknown' })
  expect(JSON.stringify(await later.register.find(later.job?.id ?? ''))).not.toContain('formerHashes')
})

test('the time that is left follows from the pace of the attempt, not of those before it', async () => {
  const { core } = await begin()
  const steps = (token: string, sequence: number, ...numbers: number[]) => {
    vi.setSystemTime(Date.now() + 1_000)
    report(core, token, sequence, ...numbers)
  }
  claim(core, 'a')
  takeReport(core, 'a', { sequence: 1, total_steps: 10, phase: 'training' })
  vi.setSystemTime(startMs + 3_600_000)
  steps('a', 2, 0, 1, 2)
  finishAttempt(core, 'a', { sequence: 3, outcome: 'released' })
  claim(core, 'b')
  takeReport(core, 'b', { sequence: 1, phase: 'training' })
  for (const step of [0, 1, 2, 3]) steps('b', step + 2, step)
  const view = core.view() as View
  expect(view.progress).toMatchObject({ step: 3, remainingMs: 6_000 })
  // Lists show rows: they name the same end.
  const row = jobOf(storedJob(view.job), view.job.status, view.job.revision)
  const { expectedEndMs } = viewOf(row, core.now(), recordedOf(storedRecording(core.recorded))).progress
  expect(expectedEndMs).toBe(Date.now() + 6_000)
  expect(expectedEndMs).toBe(view.progress.expectedEndMs)
  expect(row.runs).toHaveLength(1)
})

describe('the time for which nobody heard the attempt', () => {
  /** The training time after a minute that was heard, a lost attempt, and what followed. */
  async function trainedMs(follow: (core: Core) => void) {
    vi.setSystemTime(startMs)
    const { core, evicted } = await begin()
    claim(core, 'a')
    report(core, 'a', 1, 0)
    vi.setSystemTime(startMs + 60_000)
    takeReport(core, 'a', {})
    const silenceMs = RUNNER_LOST_AFTER_DEFAULT_S * 1_000
    vi.setSystemTime(startMs + 60_000 + silenceMs)
    core.commit(missWords(core.job as JobOf<'runner'>, silenceMs, core.now()))
    follow(core)
    vi.setSystemTime(startMs + 24 * 3_600_000)
    const shown = [core, evicted()].map((one) => one.view()?.progress.activeMs)
    expect(shown[0]).toBe(shown[1])
    return shown[0]
  }

  test('does not count as training while it is not heard', async () => {
    expect(await trainedMs(() => {})).toBe(60_000)
  })

  test('does not once it was given up, or another one has taken the job', async () => {
    const giveUp = (core: Core) => core.commit(runner.giveUp(core.job as JobOf<'runner'>, core.now()) as JobEvent[])
    expect(await trainedMs(giveUp)).toBe(60_000)
    const replace = (core: Core) => {
      claim(core, 'b')
      takeReport(core, 'b', {})
    }
    expect(await trainedMs(replace)).toBe(60_000)
  })

  test('counts once it has come back, which says that it was training', async () => {
    expect(await trainedMs((core) => void takeReport(core, 'a', {}))).toBe(24 * 3_600_000)
  })
})

describe('the silence of an attempt that is over', () => {
  /** The job after so much silence, shown in a stream. */
  async function silentFor(ms: number, request: boolean) {
    const { core } = await begin()
    claim(core, 'a')
    report(core, 'a', 1, 1)
    const pause: JobEvent = { type: 'requested', id: 1, what: 'pause', graceS: 60, atMs: startMs }
    if (request) core.commit([pause])
    core.commit(missWords(core.job as JobOf<'runner'>, ms, startMs + ms))
    const shown = () => describeEvent(core.view() as View, 'window', { revision: 0, points: 0 }).event
    return { core, shown }
  }

  test('is not told of a job that was paused when its runner was lost, which waits for nobody', async () => {
    const { shown } = await silentFor(RUNNER_LOST_AFTER_DEFAULT_S * 1_000, true)
    expect(shown()).toMatchObject({ status: 'paused', attempt: 1 })
    expect(shown()).not.toHaveProperty('waiting_for')
  })

  test('is told until it is given up, not of the job that is offered then', async () => {
    const { core, shown } = await silentFor(RUNNER_SILENT_AFTER_MS, false)
    expect(shown()).toMatchObject({ status: 'training', silent_since: new Date(startMs).toISOString() })
    core.commit(runner.giveUp(core.job as JobOf<'runner'>, startMs + 90_000) as JobEvent[])
    expect(shown()).toMatchObject({ status: 'queued', waiting_for: 'runner' })
    expect(shown()).not.toHaveProperty('silent_since')
  })
})

describe('of a lost attempt nothing is requested: it is given up, by Stellwerk, and the job is at once', () => {
  test.each([
    ['pause', 'paused'],
    ['cancel', 'cancelled'],
  ] as const)('%s: %s', async (command, status) => {
    const { core } = await begin()
    claim(core, 'a')
    report(core, 'a', 1, 1, 2)
    core.commit([{ type: 'lost', attempt: 1, isOffered: true, atMs: core.now() }])
    const id = core.job?.id ?? ''
    expect(await carryOut(core, id, command, { actor: 'operator', revisions: null })).toBe(null)
    expect(core.job?.status).toBe(status)
    const [givenUp, last] = core.store.events().slice(-2)
    expect(givenUp).toMatchObject({ type: 'given_up', message: expect.stringContaining('gpu-1 may still run') })
    expect(givenUp).not.toHaveProperty('actor')
    expect(last).toMatchObject({ type: status, actor: 'operator' })
    expect(takeReport(core, 'a', {})).toEqual({ reason: 'attempt_over', why: 'given-up' })
  })
})

test('the row of a job says when its runner made progress, also with output alone', async () => {
  const { core } = await begin()
  claim(core, 'a')
  takeReport(core, 'a', { sequence: 1, output: [{ stream: 'stdout', text: 'Loading the dataset' }] })
  await core.tellRegister()
  const row = await core.register.find(core.job?.id ?? '')
  expect(row && rowShownAt(row, startMs).job.attempt?.progressed_at).toBe(new Date(startMs).toISOString())
})

describe('in an object that is evicted after each word and each alarm', () => {
  /** The job minute after minute, and what it has heard every so many seconds. */
  async function live(minutes: number, everyS: number | null) {
    vi.setSystemTime(startMs)
    const { core, evicted } = await begin()
    claim(core, 'a')
    takeReport(core, 'a', {})
    let last = core
    for (let s = 5; s <= minutes * 60; s += 5) {
      vi.setSystemTime(startMs + s * 1_000)
      if (everyS !== null && s % everyS === 0) takeReport(evicted(), 'a', {})
      if (s % 60 === 0) {
        last = evicted()
        await last.deadlines.meet()
      }
    }
    return last
  }
  const attempt = (core: Core) => core.job?.attempts.all[0]

  test('an attempt that dies after its first word is silent, and then lost', async () => {
    expect(attempt(await live(3, null))).toMatchObject({ silentSinceMs: expect.any(Number), lostMs: null })
    const lost = await live(12, null)
    expect(attempt(lost)).toMatchObject({ lostMs: expect.any(Number) })
    // Nobody has spoken since its first word.
    expect(runnersOf(lost.view() as View).attempt?.heard_at).toBe(new Date(startMs).toISOString())
  })

  test('one that is heard, and brings nothing, is stalled', async () => {
    expect(attempt(await live(9, 15))).toMatchObject({ silentSinceMs: null, stalledSinceMs: null })
    expect(attempt(await live(12, 15))).toMatchObject({ silentSinceMs: null, stalledSinceMs: startMs })
  })
})

test.each([
  ['more steps than there is time', { total_steps: Number.MAX_SAFE_INTEGER }, [0, 1]],
  ['negative steps', { total_steps: 100 }, [-50, -1]],
])('a job is shown whatever its runner reports: %s', async (_, plan, [first = 0, second = 0]) => {
  const { core } = await begin()
  claim(core, 'a')
  takeReport(core, 'a', { sequence: 1, ...plan })
  report(core, 'a', 2, first)
  vi.setSystemTime(startMs + 1_000)
  report(core, 'a', 3, second)
  const { progress, documents_processed, estimated_completion } = describeJob(core.view() as View)
  expect(progress).toBeGreaterThanOrEqual(0)
  expect(documents_processed).toBeGreaterThanOrEqual(0)
  expect(estimated_completion === null || second < 0).toBe(true)
})
