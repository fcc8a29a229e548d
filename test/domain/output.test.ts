import { expect, test } from 'vitest'
import type { OutputRecord } from '../../src/client/index.ts'
import type { Answer } from '../../src/dashboard/api/request.ts'
import { piecesOf } from '../../src/dashboard/features/job/output/ansi.ts'
import { Layout, lineOfRow } from '../../src/dashboard/features/job/output/layout.ts'
import { lineOf } from '../../src/dashboard/features/job/output/line.ts'
import { BLOCK_LINES, OutputLog } from '../../src/dashboard/features/job/output/output-log.ts'
import { linesWith, nextOf, placesOf } from '../../src/dashboard/features/job/output/search.ts'
import { windowOf } from '../../src/dashboard/features/job/output/window.ts'
import { rowStarts } from '../../src/dashboard/features/job/output/wrap.ts'
import { OUTPUT_LINE_BYTES_MAX } from '../../src/platform/limits.ts'

const record = (number: number, more: Partial<OutputRecord> = {}): OutputRecord => ({
  ...{ number, attempt: 1, stream: 'stdout', timestamp: 1_000 * number, text: `line ${number}` },
  ...more,
})

/** A service that keeps the lines from one number to before another. */
function serviceOf(first: number, end: number, more: (number: number) => Partial<OutputRecord> = () => ({})) {
  const kept = { first, end, isAway: false }
  const asked: [number, number][] = []
  const read = async (after: number, limit: number): Promise<Answer<OutputRecord[]>> => {
    asked.push([after, limit])
    if (kept.isAway) return { ok: false, refusal: { type: '', title: '', status: 500, detail: '', instance: '' } }
    const from = Math.max(after, kept.first)
    const count = Math.max(0, Math.min(limit, kept.end - from))
    const data = Array.from({ length: count }, (_, i) => record(from + i, more(from + i)))
    return { ok: true, data, headers: new Headers() }
  }
  return { kept, asked, log: new OutputLog(read) }
}

const text = (line: string) =>
  piecesOf(line)
    .map((piece) => piece.text)
    .join('')

test('colours of a line are read, and end where the program ends them', () => {
  const pieces = piecesOf('\x1b[31mred\x1b[39m \x1b[1;38;5;208mbold\x1b[0m end')
  expect(pieces.map((piece) => [piece.text, piece.style?.fg ?? null, piece.style?.bold ?? false])).toEqual([
    ['red', 1, false],
    [' ', null, false],
    ['bold', 'rgb(255 135 0)', true],
    [' end', null, false],
  ])
  expect(piecesOf('\x1b[48;2;1;2;3;97mx').map(({ style }) => [style?.bg, style?.fg])).toEqual([['rgb(1 2 3)', 15]])
  expect(piecesOf('\x1b[38:2::255:0:7mx\x1b[4:3;38:5:9my').map(({ style }) => [style?.fg, style?.underline])).toEqual([
    ['rgb(255 0 7)', false],
    [9, true],
  ])
  expect(piecesOf('plain')).toEqual([{ text: 'plain', style: null }])
})

test('a sequence that is no colour is left out: it cannot move the cursor, set a title or make a link', () => {
  expect(text('a\x1b[2K\x1b[1Gb')).toBe('ab')
  expect(text('\x1b]0;title\x07\x1b]8;;https://evil.example\x07here\x1b]8;;\x07')).toBe('here')
  expect(text('\x1bPq#0\x1b\\after\x1b(B')).toBe('after')
  expect(text('\x1b[38;5;999m\x1b[38;2;1m\x1b[38;9mx')).toBe('x')
})

test('control characters are shown as their symbols, tabs as the space up to the next stop', () => {
  expect(text('a\tb\x07')).toBe('a       b␇')
  expect(text('\x1b[1m12345678\x1b[0m\t|')).toBe('12345678        |')
})

test('a line says who wrote it, and whether it is as long as one that is kept can be', () => {
  expect(lineOf(record(0, { stream: 'stderr' })).from).toBe('stderr')
  expect(lineOf(record(0, { stream: 'stderr', text: '[runner] 3 lines were left out' })).from).toBe('runner')
  expect(lineOf(record(0, { text: '[runner] says the script' })).from).toBe('stdout')
  const isFull = (text: string) => lineOf(record(0, { text })).isFull
  expect([OUTPUT_LINE_BYTES_MAX, OUTPUT_LINE_BYTES_MAX - 100].map((length) => isFull('x'.repeat(length)))).toEqual([
    true,
    false,
  ])
  expect(isFull('€'.repeat(Math.floor(OUTPUT_LINE_BYTES_MAX / 3)))).toBe(true)
})

test('a text is broken after so many columns, wide characters and pairs of surrogates in one piece', () => {
  expect(rowStarts('abcdefghij', 4)).toEqual([0, 4, 8])
  expect(rowStarts('abcd', 4)).toEqual([0])
  expect(rowStarts('', 4)).toEqual([0])
  expect(rowStarts('日本語日本', 4)).toEqual([0, 2, 4])
  expect(rowStarts('ab😀😀', 4)).toEqual([0, 4])
  expect(rowStarts('e\u0301e\u0301e\u0301e\u0301e', 4)).toEqual([0, 8])
  expect(rowStarts('x'.repeat(10_000), Number.POSITIVE_INFINITY)).toEqual([0])
})

test('the last lines are read first, the others when they are wanted, each once', async () => {
  const { log, asked } = serviceOf(0, 3_000)
  await log.announce(3_000)
  expect([log.first, log.end]).toEqual([0, 3_000])
  expect(asked).toEqual([
    [0, 1],
    [3_000 - BLOCK_LINES, BLOCK_LINES],
  ])
  expect([log.at(2_999)?.text, log.at(0)]).toEqual(['line 2999', undefined])
  await Promise.all([log.want(10, 20), log.want(15, 30)])
  await log.want(0, 400)
  expect(asked.slice(2)).toEqual([[0, BLOCK_LINES]])
  expect(log.at(10)?.text).toBe('line 10')
})

test('lines that come are read behind those that are known', async () => {
  const { log, kept, asked } = serviceOf(0, 10)
  await log.announce(10)
  kept.end = 13
  await log.announce(13)
  expect(asked.at(-1)).toEqual([10, BLOCK_LINES])
  expect([log.end, log.at(12)?.text]).toEqual([13, 'line 12'])
})

test('without a stream that says how many lines there are, all that have come are read', async () => {
  const { log, kept } = serviceOf(0, 2 * BLOCK_LINES + 5)
  await log.announce()
  expect(log.end).toBe(kept.end)
})

test('lines that the service has dropped are no longer shown, wherever that is noticed', async () => {
  const { log, kept } = serviceOf(1_234, 4_000)
  await log.announce(4_000)
  expect(log.first).toBe(1_234)
  kept.first = 2_100
  await log.want(1_600, 1_700)
  expect(log.first).toBe(2_100)
  await log.want(2_600, 2_700)
  expect(log.first).toBe(2_100)
})

test('a refusal is said, and what it kept back is read the next time', async () => {
  const { log, kept } = serviceOf(0, 100)
  kept.isAway = true
  await log.announce(100)
  expect([log.refusal.value?.status, log.end]).toEqual([500, 0])
  expect(await log.want(0, 10)).toBe(true)
  kept.isAway = false
  await log.announce(100)
  expect([log.refusal.value, log.end]).toEqual([null, 100])
})

test('all lines are read for a search, which finds them in whatever case and goes round', async () => {
  const { log, asked } = serviceOf(0, 3_000, (number) =>
    number % 700 === 5 ? { text: `Loss is NaN at ${number}` } : {},
  )
  await log.announce(3_000)
  expect(linesWith(log, 'nan')).toEqual([2_805])
  const shares: number[] = []
  expect(await log.wantAll((share) => shares.push(share))).toBe(true)
  expect(asked).toHaveLength(2 + 5)
  expect(shares.at(-1)).toBe(1)
  const found = linesWith(log, 'nan')
  expect(found).toEqual([5, 705, 1_405, 2_105, 2_805])
  expect([nextOf(found, null, 1), nextOf(found, 705, 1), nextOf(found, 2_805, 1), nextOf(found, 5, -1)]).toEqual([
    5, 1_405, 5, 2_805,
  ])
  expect(placesOf('Nan nan', 'NAN')).toEqual([0, 4])
  expect(placesOf('İ nan', 'nan')).toEqual([2])
})

test('the line of a time is found with few requests, also where none is as late', async () => {
  const { log, asked } = serviceOf(0, 100_000)
  await log.announce(100_000)
  expect(await log.find(31_415_500)).toBe(31_416)
  expect(await log.find(1e12)).toBe(99_999)
  expect(asked.length).toBeLessThan(20)
})

test('each line has a row, and each attempt one above its first', async () => {
  const { log } = serviceOf(0, 6, (number) => ({ attempt: number < 4 ? 1 : 2 }))
  await log.announce(6)
  const layout = new Layout()
  layout.update(log, Number.POSITIVE_INFINITY)
  expect(layout.size).toBe(8)
  expect(layout.rows(0, 100).map((row) => [row.is, lineOfRow(row)])).toEqual([
    ['attempt', 0],
    ['line', 0],
    ['line', 1],
    ['line', 2],
    ['line', 3],
    ['attempt', 4],
    ['line', 4],
    ['line', 5],
  ])
  expect([0, 3, 4, 5].map((number) => layout.rowOf(number))).toEqual([1, 4, 6, 7])
})

test('a long line is continued in as many rows as it needs, and its parts are found', async () => {
  const { log } = serviceOf(0, 3, (number) => (number === 1 ? { text: 'x'.repeat(25) } : {}))
  await log.announce(3)
  const layout = new Layout()
  layout.update(log, 10)
  expect(layout.rows(2, 5).map((row) => (row.is === 'line' ? [row.start, row.end] : null))).toEqual([
    [0, 10],
    [10, 20],
    [20, 25],
  ])
  expect([layout.rowOf(1, 0), layout.rowOf(1, 10), layout.rowOf(1, 24), layout.rowOf(2)]).toEqual([2, 3, 4, 5])
})

test('rows of lines that are not read yet are there, and turn into those of the lines', async () => {
  const { log } = serviceOf(700, 5_000)
  await log.announce(5_000)
  const layout = new Layout()
  layout.update(log, Number.POSITIVE_INFINITY)
  expect([layout.size, layout.rows(0, 1)[0]?.is, layout.rows(4_299, 4_300)[0]?.is]).toEqual([4_300, 'unread', 'line'])
  await log.want(700, 710)
  layout.update(log, Number.POSITIVE_INFINITY)
  expect([layout.size, layout.rows(0, 2).map(lineOfRow), layout.rowOf(701)]).toEqual([4_301, [700, 700], 2])
})

test('the rows in the page are those in view and a step around them, and change once a step', () => {
  expect(windowOf(0, 25.5, 1_000, 20)).toEqual({ from: 0, to: 66 })
  expect(windowOf(10, 25.5, 1_000, 20)).toEqual({ from: 180, to: 266 })
  expect(windowOf(49, 25.5, 1_000, 20)).toEqual({ from: 960, to: 1_000 })
  expect(windowOf(3, 25.5, 0, 20)).toEqual({ from: 0, to: 0 })
})
