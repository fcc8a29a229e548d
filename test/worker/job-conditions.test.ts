import { expect, test, vi } from 'vitest'
import type { JobSnapshot } from '../../src/jobs/rules/shown.ts'
import { ATTEMPT_CHECK_MS, HEARTBEAT_S, RUNNER_SILENT_AFTER_MS, STALL_MIN_MS } from '../../src/platform/limits.ts'
import { jobConditions } from '../../src/shared/job-conditions.ts'
import { jobSorts } from '../../src/shared/job-sorts.ts'
import { api, beginAtStart, createJob, passUntil, post, request, send, startMs } from './api.ts'
import { Runner } from './runner.ts'

beginAtStart()

/** The names that a list finds. */
async function found(query: string): Promise<string[]> {
  const response = await request(`${api}/jobs?${query}`)
  expect(response.status).toBe(200)
  return ((await response.json()) as JobSnapshot[]).map(({ name }) => name)
}

/** The names of the jobs in each condition, once D1 has heard of it. */
const conditions = (expected: Partial<Record<string, string[]>>) =>
  vi.waitFor(async () => {
    for (const condition of jobConditions) {
      for (const sort of jobSorts) {
        const names = await found(`condition=${condition}&sort=${sort}`)
        expect(names, `${condition} by ${sort}`).toEqual(expected[condition] ?? [])
      }
    }
  })

test('a job is found by what it waits for, by the silence of its runner and by its stall, for as long as they last', async () => {
  const id = await createJob({ name: 'one', trainer: 'runner' })
  await conditions({ waiting: ['one'] })
  const runner = new Runner('gpu 1 "A"')
  await runner.claim()
  await conditions({})
  await runner.steps(0, 1)
  await passUntil(id, startMs + RUNNER_SILENT_AFTER_MS + 2 * ATTEMPT_CHECK_MS)
  await conditions({ silent: ['one'] })
  expect(await found('condition=silent&condition=stalled&runner=gpu%201%20%22A%22&status=training')).toEqual(['one'])
  expect(await found('condition=silent&status=paused')).toEqual([])
  expect(await found('condition=silent&q=on&model_type=zeugnis&sort=name')).toEqual(['one'])
  await runner.beat()
  await conditions({})
  for (const beginMs = Date.now(); Date.now() < beginMs + STALL_MIN_MS + 2 * ATTEMPT_CHECK_MS; ) {
    await passUntil(id, Date.now() + HEARTBEAT_S * 1_000)
    await runner.beat()
  }
  await conditions({ stalled: ['one'] })
  await runner.steps(2)
  await conditions({})
  await runner.finish('failed')
  await conditions({})
})

test('a job is found by the runner that has it, and then by the one that went on with it', async () => {
  const id = await createJob({ name: 'two', trainer: 'runner' })
  const first = await new Runner('first').begin()
  await vi.waitFor(async () => expect(await found('runner=first')).toEqual(['two']))
  expect(await found('runner=firs')).toEqual([])
  await first.finish('released')
  const second = await new Runner('second').begin()
  await vi.waitFor(async () => expect(await found('runner=second&sort=name')).toEqual(['two']))
  expect(await found('runner=first')).toEqual([])
  await send('PATCH', `${api}/jobs/${id}`, { tags: ['kept'] })
  await second.finish('failed')
  await vi.waitFor(async () => expect(await found('runner=second&tag=kept&status=failed')).toEqual(['two']))
})

test('a simulated job waits only while it has no slot', async () => {
  const first = await createJob({ name: 'three' })
  expect(await found('condition=waiting')).toEqual([])
  const body = JSON.stringify({ name: 'four', bundeslaender: ['BY'] })
  await request(`${api}/jobs?when_busy=queue`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body,
  })
  expect(await found('condition=waiting')).toEqual(['four'])
  await post(`${api}/jobs/${first}/cancel`)
  await vi.waitFor(async () => expect(await found('condition=waiting')).toEqual([]))
})

test.each(['condition=lost', 'condition=', 'runner='])('%s is refused', async (query) => {
  expect((await request(`${api}/jobs?${query}`)).status).toBe(422)
})
