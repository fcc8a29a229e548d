import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Journal } from '../../src/runner/journal.ts'
import { WAITING_LINE_BYTES_MAX, WAITING_POINT_BYTES_MAX } from '../../src/runner/limits.ts'
import {
  apply,
  bodyOf,
  cutNext,
  type Entry,
  emptyState,
  halved,
  hasNews,
  type State,
  thin,
} from '../../src/runner/rules/outbox.ts'

const point = (step: number, extra = '') => JSON.stringify({ step, metrics: { loss: 1 }, extra })
const line = (text: string) => JSON.stringify({ stream: 'stdout', text })
const read = (points: number[], lines: string[] = []): Entry => ({
  is: 'read',
  at: { stdout: 0, stderr: 0 },
  points: points.map((step) => point(step)),
  lines: lines.map(line),
})
const report = (state: State) =>
  JSON.parse(bodyOf(state, {})) as { sequence: number; points?: { step: number }[]; output?: { text: string }[] }

test('whatever is read, cut, divided, refused a place or answered, and whenever it dies, each point is told once and in order', () => {
  const action = fc.oneof(
    fc.integer({ min: 1, max: 1_500 }).map((count) => ({ is: 'read' as const, count })),
    fc.constantFrom('send' as const, 'lost' as const, 'halve' as const, 'die' as const).map((is) => ({ is })),
  )
  fc.assert(
    fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
      // Text, as on disk: what is read from it shares no object with the state that goes on.
      let journal: string[] = []
      const fromJournal = () => journal.map((entry) => JSON.parse(entry) as Entry).reduce(apply, emptyState(0))
      let state = emptyState(0)
      const add = (entry: Entry) => {
        journal.push(JSON.stringify(entry))
        state = apply(state, entry)
      }
      /** The service: what it has taken. */
      let taken = 0
      const told: number[] = []
      let next = 0
      const send = (isHeard: boolean) => {
        if (state.cut === null && hasNews(state)) add(cutNext(state, line))
        const { sequence, points = [] } = report(state)
        if (sequence === taken + 1) {
          taken++
          told.push(...points.map(({ step }) => step))
        }
        if (isHeard) add({ is: 'taken', sequence: taken })
      }
      for (const one of actions) {
        if (one.is === 'read') {
          add(read(Array.from({ length: one.count }, (_, i) => next + i)))
          next += one.count
        } else if (one.is === 'send' || one.is === 'lost') send(one.is === 'send')
        else if (one.is === 'halve' && state.cut !== null && taken < state.cut.sequence) {
          const smaller = halved(state.cut)
          if (smaller !== null) add(smaller)
        } else if (one.is === 'die') {
          state = fromJournal()
          // Sometimes the journal is rewritten.
          if (told.length % 2 === 0) journal = [JSON.stringify({ is: 'all', state })]
        }
      }
      while (hasNews(state)) send(true)
      expect(told).toEqual(Array.from({ length: next }, (_, i) => i))
    }),
    { numRuns: 200 },
  )
})

test('what the process says of its course is told with the next report, and kept with it until it is taken', () => {
  let state = apply(emptyState(4), {
    is: 'read',
    at: { stdout: 1, stderr: 0 },
    points: [],
    lines: [],
    said: { totalSteps: 9, phase: 'training' },
  })
  state = apply(state, cutNext(state, line))
  expect(JSON.parse(bodyOf(state, { stopping: 3 }))).toEqual({
    sequence: 5,
    total_steps: 9,
    phase: 'training',
    stopping: 3,
  })
  state = apply(state, { is: 'taken', sequence: 4 })
  expect(report(state).sequence).toBe(5)
  state = apply(state, { is: 'taken', sequence: 5 })
  expect([hasNews(state), JSON.parse(bodyOf(state, {}))]).toEqual([false, {}])
})

test('a report that is refused is dropped, which is said, and its number goes to the next', () => {
  let state = apply(emptyState(0), read([1, 2], ['a']))
  state = apply(state, cutNext(state, line))
  state = apply(state, { is: 'refused', note: line('dropped') })
  state = apply(state, read([3]))
  state = apply(state, cutNext(state, line))
  expect(report(state)).toMatchObject({ sequence: 1, points: [{ step: 3 }], output: [{ text: 'dropped' }] })
})

test('what waits is bounded: the oldest points are thinned, the oldest lines left out, and the next report says so', () => {
  const long = 'x'.repeat(10_000)
  let state = apply(emptyState(0), read([0, 1], ['first']))
  state = apply(state, cutNext(state, line))
  const points = Array.from({ length: 3_000 }, (_, i) => point(i + 2, long))
  const lines = Array.from({ length: 1_000 }, (_, i) => line(`${i} ${long}`))
  state = apply(state, { is: 'read', at: { stdout: 0, stderr: 0 }, points, lines })
  expect(thin(state)).toBe(true)
  const size = (items: string[]) => items.reduce((sum, item) => sum + item.length, 0)
  expect(size(state.points)).toBeLessThanOrEqual(WAITING_POINT_BYTES_MAX)
  expect(size(state.lines)).toBeLessThanOrEqual(WAITING_LINE_BYTES_MAX)
  // What is under way stays as it is, and so does the newest.
  expect(report(state)).toMatchObject({ sequence: 1, points: [{ step: 0 }, { step: 1 }], output: [{ text: 'first' }] })
  expect([state.points.at(-1), state.lines.at(-1)]).toEqual([points.at(-1), lines.at(-1)])
  expect(thin(state)).toBe(false)
  const leftOut = { points: 3_002 - state.points.length, lines: 1_001 - state.lines.length }
  state = apply(state, { is: 'taken', sequence: 1 })
  state = apply(state, cutNext(state, line))
  expect(report(state).output?.[0]?.text).toContain(`${leftOut.points} points and ${leftOut.lines} lines were left out`)
  state = apply(state, { is: 'taken', sequence: 2 })
  expect(cutNext(state, line).note).toBeUndefined()
})

test('the journal of a runner that died while it wrote goes on before the half entry', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stellwerk-journal-'))
  try {
    const path = join(folder, 'journal')
    const say = () => {}
    const first = new Journal(path, 0, say)
    first.add(read([1, 2]))
    first.add(cutNext(first.state, line))
    first.add(read([3]))
    appendFileSync(path, JSON.stringify(read([4])).slice(0, -5))
    const second = new Journal(path, 0, say)
    expect(second.state).toEqual(first.state)
    second.add(read([4]))
    expect(new Journal(path, 0, say).state.points).toEqual([1, 2, 3, 4].map((step) => point(step)))
  } finally {
    rmSync(folder, { recursive: true })
  }
})
