import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Watchers } from '../../src/jobs/object/watchers.ts'
import { advance, decide } from '../../src/jobs/rules/job.ts'
import type { Job } from '../../src/jobs/rules/types.ts'
import type { OcrEngine } from '../../src/ocr/engine.ts'
import { batchStream } from '../../src/ocr/stream.ts'
import { KEEP_ALIVE_MS } from '../../src/platform/limits.ts'
import { readers } from '../contract/readers.ts'
import { after, newJob, startMs } from './jobs.ts'
import { stream } from './scripted.ts'

beforeEach(() => {
  vi.useFakeTimers({ now: startMs })
})
afterEach(() => {
  vi.useRealTimers()
})

const never = new AbortController().signal

function told(job: Job, command: 'pause' | 'cancel'): Job {
  const events = decide(job, command, Date.now())
  if ('reason' in events) throw new Error(`${command} is refused: ${events.reason}`)
  return after(job, events)
}

/** The whole stream of a job that is paused for a long time and then cancelled. */
async function quietJob(): Promise<Uint8Array> {
  const watchers = new Watchers(Date.now, async () => new Set())
  const training = after(newJob(), advance(newJob(), Date.now() + 500))
  await vi.advanceTimersByTimeAsync(10_000)
  const paused = told(training, 'pause')
  const sent = new Response(watchers.open(paused, { mode: 'delta', after: null, credential: null }, never)).bytes()
  await vi.advanceTimersByTimeAsync(4 * KEEP_ALIVE_MS)
  watchers.publish(told(paused, 'cancel'))
  return sent
}

/** The whole stream of a batch with slow images. */
async function slowBatch(): Promise<Uint8Array> {
  const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
  const engine: OcrEngine = {
    recognize: async ({ number }) => {
      await sleep(3.5 * KEEP_ALIVE_MS)
      return { text: `image ${number}`, confidence: 1, processing_time_ms: 1, from_cache: false }
    },
  }
  const cursor = { startedMs: startMs, event: 0 }
  const batch = { images: 2, cursor, engine, now: Date.now, sleep, isAuthorized: async () => true }
  const sent = new Response(batchStream(batch, never)).bytes()
  await vi.advanceTimersByTimeAsync(8 * KEEP_ALIVE_MS)
  return sent
}

/** Serves the stream in chunks of so many bytes. */
const serving = (wire: Uint8Array, size: number): typeof fetch => {
  const pieces = Array.from({ length: Math.ceil(wire.length / size) }, (_, at) =>
    wire.slice(at * size, (at + 1) * size),
  )
  return async () => stream(pieces)
}

const streams = [
  { name: 'a quiet job', send: quietJob, shown: [{ status: 'paused' }, { status: 'cancelled' }] },
  { name: 'a slow batch', send: slowBatch, shown: [{ current: 1 }, { current: 2 }, { type: 'complete' }] },
]

describe.each(streams)('the stream of $name', ({ send, shown }) => {
  test.each(readers)('gives %s its events, with their ids, and nothing else', async (_, read) => {
    const wire = await send()
    vi.useRealTimers()
    const text = new TextDecoder().decode(wire)
    const ids = [...text.matchAll(/^id: (.+)$/gm)].map(([, id]) => id)
    expect(text.match(/^:$/gm)?.length).toBeGreaterThanOrEqual(3)
    for (const size of [wire.length, 1, 7]) {
      const messages = await read('http://stellwerk.test/', serving(wire, size))
      expect(messages.map(({ id }) => id)).toEqual(ids)
      expect(messages.map(({ data }) => JSON.parse(data))).toMatchObject(shown)
    }
  })

  test('has data in each of its blocks, so that a reader that delivers every block gets no empty one', async () => {
    const blocks = new TextDecoder().decode(await send()).split('\n\n')
    expect(blocks.pop()).toBe('')
    for (const block of blocks) expect(block).toMatch(/^data: ./m)
    expect(blocks[0]).toMatch(/^retry: 2000\n/)
  })
})
