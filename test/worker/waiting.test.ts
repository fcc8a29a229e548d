import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { RUNNER_KEPT_MS } from '../../src/platform/limits.ts'
import { IDLE_RUNNER } from '../budgets.ts'
import { api, cancelAll, createJob, request, send, setClock, startMs, sweepAt } from './api.ts'
import { expectWithin } from './cost.ts'
import { interceptD1, restoreD1 } from './d1-probe.ts'
import { Runner } from './runner.ts'

/** What a request and its answer take on their way, and D1 to answer. */
const wayMs = 100
const d1Ms = 30

const hourMs = 60 * 60_000

beforeEach(() => {
  setClock(startMs)
  const wait = async (ms: number) => setClock(Date.now() + ms)
  vi.spyOn(scheduler, 'wait').mockImplementation(wait)
})
afterEach(async () => {
  restoreD1()
  await cancelAll()
  vi.restoreAllMocks()
  vi.useRealTimers()
})

/** A runner with a token of its own that claims, waits as long as it may, and claims again. */
class Waiting {
  readonly #headers: Record<string, string>
  /** When it has looked for a job, Unix ms. */
  looksMs: number[] = []
  /** Round trips to D1, rows read there, and written but for the hourly use of its token (`TOKEN_ROWS`). */
  asked = 0
  read = 0
  written = 0

  private constructor(token: string) {
    this.#headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }
  }

  static async create(): Promise<Waiting> {
    const made = await send('POST', '/api/v1/admin/tokens', { name: crypto.randomUUID(), role: 'runner' })
    return new Waiting(((await made.json()) as { token: string }).token)
  }

  /** Claims until a time, or until it has a job. @returns the last answer's status */
  async wait(untilMs: number): Promise<number> {
    interceptD1(async (statements, send) => {
      const isOfToken = statements.some(({ sql }) => sql.includes('api_tokens'))
      if (statements.some(({ sql }) => sql.includes('jobs_offered'))) this.looksMs.push(Date.now())
      const results = await send()
      setClock(Date.now() + d1Ms)
      this.asked++
      for (const { meta } of results) {
        this.read += meta.rows_read
        if (!isOfToken) this.written += meta.rows_written
      }
      return results
    })
    for (;;) {
      const body = JSON.stringify({ runner: 'waits', claim_id: crypto.randomUUID(), wait_s: 20 })
      const answer = await request(`${api}/claims`, { method: 'POST', headers: this.#headers, body })
      setClock(Date.now() + wayMs + 1_000 * Number(answer.headers.get('Retry-After')))
      if (answer.status === 204 && Date.now() < untilMs) continue
      restoreD1()
      return answer.status
    }
  }
}

test('a day without a job costs a runner few rows, and a hundred of them ask D1 seldom', async () => {
  // Another one trains.
  await createJob({ trainer: 'runner' })
  await new Runner().begin()
  const runner = await Waiting.create()
  // It appears.
  await runner.wait(startMs + 60_000)
  Object.assign(runner, { asked: 0, read: 0, written: 0 })
  await runner.wait(Date.now() + hourMs / 3)
  const { asked, read, written } = runner
  expectWithin('an idle day', { read: 72 * read, written: 72 * written, perSecond: (100 * asked) / 1_200 }, IDLE_RUNNER)
})

test('a job is claimed within five seconds while somebody waits, half of all within 2.5', async () => {
  const runner = await Waiting.create()
  await runner.wait(startMs + 5 * 60_000)
  const [first = 0, ...looksMs] = runner.looksMs
  const waitedMs: number[] = []
  for (let ms = first + 1; ms <= (looksMs.at(-1) ?? 0); ms += 10) {
    waitedMs.push((looksMs.find((lookMs) => lookMs >= ms) ?? 0) - ms)
  }
  waitedMs.sort((a, b) => a - b)
  expect(waitedMs.length).toBeGreaterThan(25_000)
  expect(waitedMs.at(-1)).toBeLessThanOrEqual(5_000)
  expect(waitedMs[Math.floor(waitedMs.length / 2)]).toBeLessThanOrEqual(2_500)
})

test('a job that comes while a runner waits is claimed at its next look', async () => {
  const runner = await Waiting.create()
  const wait = vi.mocked(scheduler.wait)
  const pass = wait.getMockImplementation()
  let createdMs = 0
  wait.mockImplementation(async (ms) => {
    if (runner.looksMs.length === 6) {
      await createJob({ trainer: 'runner' })
      createdMs = Date.now()
    }
    await pass?.(ms)
  })
  expect(await runner.wait(startMs + hourMs)).toBe(200)
  expect(runner.looksMs.length).toBe(7)
  expect((runner.looksMs[6] ?? 0) - createdMs).toBeLessThanOrEqual(5_000)
})

test('a claim waits no longer than it says', async () => {
  for (const [waitS, retryAfterS] of [
    [0, '5'],
    [3, '5'],
    [11, '5'],
    [20, '0'],
  ] as const) {
    const fromMs = Date.now()
    const answer = await send('POST', `${api}/claims`, {
      runner: 'waits',
      claim_id: crypto.randomUUID(),
      wait_s: waitS,
    })
    expect([answer.status, answer.headers.get('Retry-After')]).toEqual([204, retryAfterS])
    expect(Math.abs(Date.now() - fromMs - waitS * 1_000)).toBeLessThan(1_000)
  }
})

test.each([
  ['of a runner that has left', { leaving: true }],
  ['that was repeated', {}],
])('a claim %s waits no longer, though nobody has noticed that its connection is gone', async (_, more) => {
  const claim = { runner: 'leaves', claim_id: crypto.randomUUID() }
  let id = ''
  vi.mocked(scheduler.wait).mockImplementationOnce(async () => {
    expect((await send('POST', `${api}/claims`, { ...claim, ...more })).status).toBe(204)
    id = await createJob({ trainer: 'runner' })
  })
  expect((await send('POST', `${api}/claims`, { ...claim, wait_s: 20 })).status).toBe(204)
  expect(await (await request(`${api}/jobs/${id}/attempts`)).json()).toEqual([])
})

test('a runner that asks is kept, one that does not is forgotten after a day', async () => {
  const claim = (runner: string) => send('POST', `${api}/claims`, { runner, claim_id: crypto.randomUUID() })
  const stored = async () => {
    const { results } = await env.DB.prepare("SELECT name FROM runners WHERE name IN ('stays', 'goes')").all()
    return results.map(({ name }) => name)
  }
  await claim('stays')
  await claim('goes')
  await vi.waitFor(async () => expect(await stored()).toHaveLength(2))
  setClock(startMs + RUNNER_KEPT_MS / 2)
  await claim('stays')
  await vi.waitFor(async () => {
    const row = await env.DB.prepare("SELECT seen_ms FROM runners WHERE name = 'stays'").first('seen_ms')
    expect(row).toBe(startMs + RUNNER_KEPT_MS / 2)
  })
  await sweepAt(startMs + RUNNER_KEPT_MS - 1)
  expect(await stored()).toHaveLength(2)
  await sweepAt(startMs + RUNNER_KEPT_MS)
  expect(await stored()).toEqual(['stays'])
  await sweepAt(startMs + 1.5 * RUNNER_KEPT_MS)
  expect(await stored()).toEqual([])
})
