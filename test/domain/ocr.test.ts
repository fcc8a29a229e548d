import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { encodeCursor, parseCursor } from '../../src/ocr/cursor.ts'
import { type OcrEngine, simulatedEngine } from '../../src/ocr/engine.ts'
import { batchStream } from '../../src/ocr/stream.ts'
import { CLOCK_SKEW_MAX_MS, KEEP_ALIVE_MS, OCR_RESUME_MAX_MS, STREAM_RETRY_MS } from '../../src/platform/limits.ts'
import type { Sleep } from '../../src/platform/timeout.ts'

const startedMs = Date.UTC(2026, 9, 1)
const never = new AbortController().signal

const sleep: Sleep = (ms, signal) =>
  new Promise((resolve, reject) => {
    setTimeout(resolve, ms)
    signal.addEventListener('abort', () => reject(signal.reason))
  })

const engineOf = (random: number, speed = 1) => simulatedEngine({ speed, random: () => random, sleep })

const watch = (images: number, engine: OcrEngine = engineOf(0.5), event = 0, signal = never) =>
  batchStream(
    { images, cursor: { startedMs, event }, engine, now: Date.now, sleep, isAuthorized: async () => true },
    signal,
  ).getReader()

type Reader = ReturnType<typeof watch>

/** The next frame as text, after as many simulated milliseconds as it takes; `null` at the end. */
async function next(reader: Reader): Promise<string | null> {
  const read = reader.read()
  read.catch(() => {})
  await vi.advanceTimersByTimeAsync(KEEP_ALIVE_MS)
  const { value } = await read
  return value ? new TextDecoder().decode(value) : null
}

beforeEach(() => {
  vi.useFakeTimers({ now: startedMs })
})
afterEach(() => {
  vi.useRealTimers()
})

test('a batch is one event per image with its text and times, then its completion, then the end', async () => {
  const reader = watch(2)
  const frame = (event: number, data: unknown) => `id: ${startedMs}.${event}\ndata: ${JSON.stringify(data)}\n\n`
  const result = { text: '', confidence: 0.84, processing_time_ms: 400, from_cache: false }
  const progress = { type: 'progress', current: 1, total: 2, progress_percent: 50 }
  const text = 'Sample recognized text for image'

  expect(await next(reader)).toBe(`retry: ${STREAM_RETRY_MS}\n`)
  vi.setSystemTime(startedMs)
  expect(await next(reader)).toBe(
    frame(1, { ...progress, elapsed_ms: 550, estimated_remaining_ms: 550, result: { ...result, text: `${text} 1` } }),
  )
  vi.setSystemTime(startedMs + 550)
  expect(await next(reader)).toBe(
    frame(2, {
      ...progress,
      current: 2,
      progress_percent: 100,
      elapsed_ms: 1100,
      estimated_remaining_ms: 0,
      result: { ...result, text: `${text} 2` },
    }),
  )
  vi.setSystemTime(startedMs + 1100)
  expect(await next(reader)).toBe(frame(3, { type: 'complete', total_time_ms: 1100, processed_count: 2 }))
  expect(await next(reader)).toBeNull()
})

test('an image is processed when its event is pulled, not before', async () => {
  const recognize = vi.fn(engineOf(0.5).recognize)
  const reader = watch(5, { recognize })
  await next(reader)
  expect(recognize).not.toHaveBeenCalled()
  await next(reader)
  expect(recognize).toHaveBeenCalledTimes(1)
})

test('a batch resumes after the client’s last event', async () => {
  const resumed = watch(5, engineOf(0.5), 3)
  await next(resumed)
  expect(await next(resumed)).toContain('"current":4,')

  const completed = watch(5, engineOf(0.5), 5)
  await next(completed)
  expect(await next(completed)).toContain('"type":"complete"')
})

test.each(['cancels the stream', 'aborts the request'])('the work stops when the client %s', async (how) => {
  let stopped: AbortSignal | undefined
  const engine: OcrEngine = {
    recognize: (image, signal) => {
      stopped = signal
      return engineOf(0.5).recognize(image, signal)
    },
  }
  const request = new AbortController()
  const reader = watch(5, engine, 0, request.signal)
  await next(reader)
  const pending = reader.read().catch(() => ({ done: true }))
  await vi.advanceTimersByTimeAsync(1)
  expect(stopped?.aborted).toBe(false)
  if (how.startsWith('cancels')) await reader.cancel()
  else request.abort()
  expect(stopped?.aborted).toBe(true)
  expect(await pending).toMatchObject({ done: true })
})

test('a slow image is bridged with comments', async () => {
  const reader = watch(1, engineOf(0.5, 0.02))
  await next(reader)
  expect(await next(reader)).toBe(':\n')
  expect(await next(reader)).toContain('"current":1,')
})

test('an engine failure breaks the stream, so that the client resumes after its last event', async () => {
  const reader = watch(1, { recognize: () => Promise.reject(new Error('out of paper')) })
  await next(reader)
  await expect(next(reader)).rejects.toThrow('out of paper')
})

test.each([
  [0, 1, 300, { confidence: 0.7, processing_time_ms: 200, from_cache: true }],
  [0.999999, 1, 800, { confidence: 0.98, processing_time_ms: 600, from_cache: false }],
  [0.5, 20, 27.5, { confidence: 0.84, processing_time_ms: 20, from_cache: false }],
])('with the random number %d at speed %d an image takes %d ms', async (random, speed, ms, result) => {
  const slept: number[] = []
  const engine = simulatedEngine({ speed, random: () => random, sleep: async (ms) => void slept.push(ms) })
  expect(await engine.recognize({ number: 1 }, never)).toMatchObject(result)
  expect(slept[0]).toBeCloseTo(ms, 2)
})

test('a cursor is accepted as issued, even by a server whose clock is slightly ahead', () => {
  for (const cursor of [
    { startedMs, event: 1 },
    { startedMs: startedMs + CLOCK_SKEW_MAX_MS, event: 11 },
    { startedMs: startedMs - OCR_RESUME_MAX_MS, event: 10 },
  ]) {
    expect(parseCursor(encodeCursor(cursor), 10, startedMs)).toEqual(cursor)
  }
})

test.each([
  ['x', 'Not the id'],
  ['1.2.3', 'Not the id'],
  [`${startedMs}.0`, 'Not the id'],
  [`${startedMs}.01`, 'Not the id'],
  [`${startedMs}.-1`, 'Not the id'],
  [`${startedMs}.1\n`, 'Not the id'],
  [`${'9'.repeat(400)}.1`, 'Not the id'],
  [`${startedMs}.12`, 'has no such event'],
  [`${startedMs + CLOCK_SKEW_MAX_MS + 1}.1`, 'has not started yet'],
  [`${startedMs - OCR_RESUME_MAX_MS - 1}.1`, 'more than 24 hours ago'],
])('the cursor %j is refused', (id, why) => {
  expect(parseCursor(id, 10, startedMs)).toContain(why)
})
