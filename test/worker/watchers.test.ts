import { expect, test } from 'vitest'
import { advance, evolve } from '../../src/jobs/job.ts'
import { Watchers } from '../../src/jobs/watchers.ts'
import { WATCHER_STALL_MAX_MS } from '../../src/limits.ts'
import { after, newJob } from '../domain/jobs.ts'

/** Watchers of a finished job, whose history is more than one event. */
function watchFinished() {
  const validated = after(newJob(), advance(newJob(), Number.MAX_SAFE_INTEGER))
  const job = evolve(validated, { type: 'completed', atMs: validated.changedMs })
  let nowMs = job.changedMs
  const watchers = new Watchers(
    () => nowMs,
    async () => new Set(),
  )
  const pass = { holder: 'token:a', tokenId: 1, expiresMs: null }
  const open = () => watchers.open(job, { mode: 'delta', after: null, pass }, new AbortController().signal)
  return {
    watchers,
    open,
    pass: (ms: number) => {
      nowMs += ms
    },
  }
}

const counts = (watchers: Watchers) => [watchers.size, watchers.countOf('token:a'), watchers.countOf('token:b')]

test('a stream of a finished job counts until it has been read to the end', async () => {
  const { watchers, open } = watchFinished()
  const streams = [open(), open()]
  expect(counts(watchers)).toEqual([2, 2, 0])
  const text = await new Response(streams[0]).text()
  expect(text).toContain('"status":"completed"')
  expect(counts(watchers)).toEqual([1, 1, 0])
  await streams[1]?.cancel()
  expect(counts(watchers)).toEqual([0, 0, 0])
})

test('whose client does not read the end of a stream is dropped, and what was queued for it', async () => {
  const { watchers, open, pass } = watchFinished()
  const stream = open()
  pass(WATCHER_STALL_MAX_MS - 1)
  expect(watchers.size).toBe(1)
  pass(1)
  expect(watchers.size).toBe(0)
  await expect(new Response(stream).text()).rejects.toThrow('The watcher does not read')
})
