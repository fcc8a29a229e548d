import { expect, test } from 'vitest'
import { Watchers } from '../../src/jobs/object/watchers.ts'
import { advance } from '../../src/jobs/rules/job.ts'
import { after, newJob, startMs } from './jobs.ts'

test('a watcher that leaves with its queue full is sent nothing after the end of its stream', async () => {
  const nowMs = startMs + 30_000
  const watchers = new Watchers(
    () => nowMs,
    async () => new Set(),
  )
  const job = after(newJob(), advance(newJob(), nowMs))
  const client = new AbortController()
  const body = watchers.open(job, { mode: 'window', after: null, credential: null }, client.signal)
  // More than its queue holds: the last events wait until it has read.
  for (let n = 1; n <= 60; n++) watchers.publish({ ...job, revision: job.revision + n })
  watchers.end()
  client.abort()
  const reader = body.getReader()
  const texts: string[] = []
  const read = async () => {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      texts.push(new TextDecoder().decode(value))
    }
  }
  await Promise.race([read(), new Promise((resolve) => setTimeout(resolve, 50))])
  expect(texts.length).toBeGreaterThan(5)
  expect(texts.at(-1)).toContain('Job not found')
  expect(watchers.size).toBe(0)
})
