/// <reference lib="es2025.intl" />
import { signal } from '@preact/signals'
import { describe, expect, test } from 'vitest'
import type { Connection } from '../../src/dashboard/live/protocol.ts'
import { emptyPoints, stepsBegun } from '../../src/dashboard/live/series.ts'
import { hasBegun, isAhead, stateOf, stateOfSnapshot } from '../../src/dashboard/live/state.ts'
import { describeEvent, describe as snapshotOf } from '../../src/jobs/rules/describe.ts'
import { advance, create, evolve, viewOf } from '../../src/jobs/rules/job.ts'
import { nothingRecorded } from '../../src/jobs/rules/recorded.ts'
import { chooseTrainer } from '../../src/jobs/rules/trainers/index.ts'
import type { JobEvent } from '../../src/jobs/rules/types.ts'
import type { JobStatus } from '../../src/shared/job-status.ts'
import { after, newJob, patience, specOf, startMs } from './jobs.ts'

const point = {
  step: 0,
  epoch: 1,
  loss: 0.9,
  val_loss: 1,
  accuracy: 0.6,
  learning_rate: 0.1,
  timestamp: 0,
}

type Seen = [status: JobStatus, progress: number]

const connections = {
  connecting: { state: 'connecting' },
  live: { state: 'live' },
  reconnecting: { state: 'reconnecting', atMs: 0 },
  ended: { state: 'ended' },
  hidden: { state: 'hidden' },
  waiting: { state: 'waiting' },
  refused: { state: 'refused', status: 503 },
} as const satisfies Record<string, Connection>
const away = ['connecting', 'reconnecting', 'hidden', 'waiting', 'refused'] as const

const believed = (connection: keyof typeof connections, [status, progress]: Seen, [known, read]: Seen) =>
  isAhead({ status, progress }, connections[connection], { status: known, progress: read })

test.each(away)('while its stream is %s, a job keeps its furthest known progress', (connection) => {
  const life: Seen[] = [
    ['queued', 0],
    ['preparing', 0],
    ['training', 0],
    ['training', 40],
    ['paused', 41.5],
    ['training', 60],
    ['validating', 100],
    ['completed', 100],
  ]
  for (const [at, told] of life.entries()) {
    for (const [then, read] of life.entries()) expect(believed(connection, told, read), `${at} ${then}`).toBe(at > then)
  }
})

test('a job cancelled early is final, whatever progress was shown before', () => {
  for (const connection of away) {
    expect(believed(connection, ['training', 80], ['cancelled', 40])).toBe(false)
    expect(believed(connection, ['failed', 40], ['paused', 80])).toBe(true)
  }
})

test('for a pause and a resume at the same step the read state counts, unless the stream is live', () => {
  for (const connection of away) {
    expect(believed(connection, ['paused', 40], ['training', 40])).toBe(false)
    expect(believed(connection, ['training', 40], ['paused', 40])).toBe(false)
  }
  expect(believed('live', ['paused', 40], ['training', 40])).toBe(true)
  expect(believed('live', ['training', 40], ['paused', 40])).toBe(true)
})

test('a live stream counts, even if a read is a step ahead of it', () => {
  expect(believed('live', ['training', 40], ['training', 40.1])).toBe(true)
  expect(believed('ended', ['completed', 100], ['completed', 100])).toBe(true)
  // Only a final status is permanent.
  expect(believed('live', ['validating', 100], ['completed', 100])).toBe(false)
})

test('a job has results from its first point on, which is that of step 0, in its stream and as it was read', () => {
  const created = newJob()
  for (const [nowMs, begun] of [
    [startMs, false],
    [startMs + 499, false],
    [startMs + 500, true],
    [startMs + 1_000, true],
  ] as const) {
    const view = viewOf(after(created, advance(created, nowMs)), nowMs)
    const { event } = describeEvent(view, 'delta', { revision: 0, points: 0 })
    const points = emptyPoints()
    points.push(event.history)
    const read = snapshotOf(view)
    const live = { event: signal(event), points, connection: signal<Connection>({ state: 'live' }) }
    expect(hasBegun(read)).toBe(begun)
    const shown = begun ? [read.loss, read.val_loss, read.metrics.accuracy] : [null, null, null]
    for (const state of [stateOf(live, null), stateOfSnapshot(read, nowMs)]) {
      expect([state?.loss, state?.valLoss, state?.accuracy]).toEqual(shown)
    }
  }
})

describe('of a training whose length nobody has said', () => {
  const trainer = chooseTrainer({ ...patience, simulationSpeed: 1, simulationFailsAt: null }, { trainedBy: 'runner' })
  const created = evolve(null, create({ ...specOf(), trainedBy: 'runner' }, trainer))
  const atMs = startMs + 1_000
  const begun: JobEvent[] = [
    { type: 'offered', atMs: startMs },
    { type: 'claimed', attempt: 1, runner: 'gpu-1', claimId: 'one', token: 'hash', atMs: startMs },
    { type: 'confirmed', attempt: 1, resumedFrom: null, fromStep: 0, atMs: startMs },
    { type: 'training_started', atMs: startMs },
  ]
  const planned: JobEvent = { type: 'planned', totalSteps: 1_000, atMs: startMs }
  const failed: JobEvent = { type: 'failed', message: 'No space left', atMs }
  const released: JobEvent[] = [
    { type: 'finished', attempt: 1, outcome: 'released', sequence: 1, atMs },
    { type: 'offered', atMs },
  ]
  const completed: JobEvent[] = [
    { type: 'validation_started', atMs },
    { type: 'validated', atMs },
    { type: 'completed', atMs },
  ]
  const { summary, ...nothing } = nothingRecorded

  test.each<[string, JobEvent[], number | null]>([
    ['unknown while it trains', begun, null],
    ['unknown where it failed', [...begun, failed], null],
    ['unknown while it waits for another runner', [...begun, ...released], null],
    ['known while it waits for its first one', begun.slice(0, 1), 0],
    ['known where it never began', [...begun.slice(0, 1), { type: 'cancelled', atMs }], 0],
    ['known once it is completed', [...begun, ...completed], 100],
    ['known as soon as its length is', [...begun, planned], 12],
  ])('the progress is %s, in its stream and as it was read', (_, events, progress) => {
    const view = viewOf(after(created, events), atMs, { ...nothing, summary: { ...summary, step: 120 } })
    const { event } = describeEvent(view, 'delta', { revision: 0, points: 0 })
    const live = { event: signal(event), points: emptyPoints(), connection: signal<Connection>({ state: 'live' }) }
    for (const state of [stateOf(live, null), stateOfSnapshot(snapshotOf(view), atMs)]) {
      expect(state?.progress).toBe(progress)
    }
  })
})

test('how many steps have begun is told by the last step, not by the number of points', () => {
  const points = emptyPoints()
  expect(stepsBegun(points)).toBe(0)
  const thinned = [0, 24, 48].map((step) => ({ ...point, step }))
  points.push(thinned)
  expect(stepsBegun(points)).toBe(49)
})
