/// <reference lib="es2025.intl" />
import { expect, test } from 'vitest'
import type { Connection } from '../../src/dashboard/live/protocol.ts'
import { isAhead } from '../../src/dashboard/live/state.ts'
import type { JobStatus } from '../../src/shared/job-status.ts'

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
  // Only the end is for ever.
  expect(believed('live', ['validating', 100], ['completed', 100])).toBe(false)
})
