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

test('the limit of watchers per job cannot exceed what an isolate holds with all queues full', () => {
  expect(watchersOf(String(WATCHERS_PER_JOB_MAX))).toBe(WATCHERS_PER_JOB_MAX)
  expect(() => watchersOf(String(WATCHERS_PER_JOB_MAX + 1))).toThrow('The var MAX_WATCHERS_PER_JOB must be')
  expect(WATCHERS_PER_JOB_MAX * (WATCHER_QUEUE_BYTES_MAX + WATCHER_BYTES)).toBeLessThan(ISOLATE_BYTES_MAX)
  expect(readSettings({}).maxWatchersPerJob).toBe(1_000)
})

test('the documents state the maximum number of watchers', () => {
  const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')
  expect(read('wrangler.toml')).toContain(`more get 503. 1–${WATCHERS_PER_JOB_MAX},`)
  expect(read('README.md')).toContain(`(1–${WATCHERS_PER_JOB_MAX.toLocaleString('en')}, `)
})
