import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import {
  ISOLATE_BYTES_MAX,
  WATCHER_BYTES,
  WATCHER_QUEUE_BYTES_MAX,
  WATCHERS_PER_JOB_MAX,
} from '../../src/platform/limits.ts'
import { readSettings } from '../../src/platform/settings.ts'

const watchersOf = (text: string) => readSettings({ MAX_WATCHERS_PER_JOB: text }).maxWatchersPerJob

test('a job cannot be set to serve more watchers than an isolate holds, all their queues full', () => {
  expect(watchersOf(String(WATCHERS_PER_JOB_MAX))).toBe(WATCHERS_PER_JOB_MAX)
  expect(() => watchersOf(String(WATCHERS_PER_JOB_MAX + 1))).toThrow('The var MAX_WATCHERS_PER_JOB is not valid')
  expect(WATCHERS_PER_JOB_MAX * (WATCHER_QUEUE_BYTES_MAX + WATCHER_BYTES)).toBeLessThan(ISOLATE_BYTES_MAX)
  expect(readSettings({}).maxWatchersPerJob).toBe(1_000)
})

test('the documents say how many watchers can be set', () => {
  const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')
  expect(read('wrangler.toml')).toContain(`more get 503. 1–${WATCHERS_PER_JOB_MAX},`)
  expect(read('README.md')).toContain(`(1–${WATCHERS_PER_JOB_MAX.toLocaleString('en')}, `)
})
