import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { nowMs, type Received } from './http.ts'
import { plansOf } from './plans.ts'
import { formatFailure, tally } from './report.ts'
import type { Plan, Wire } from './request.ts'
import { fuzz, replay } from './run.ts'
import { openWorld, type World } from './world.ts'

/** Always the same requests, so that no commit fails for an unrelated fault; `npm run fuzz` sends others. */
const seed = 20_261_101

type Intercept = (answer: Received, server: { db: D1Database; bucket: R2Bucket }, wire: Wire) => unknown

let world: World
let intercept: Intercept | null = null

beforeAll(async () => {
  world = await openWorld((send, server) => async (wire) => {
    const answer = await send(wire)
    if (intercept === null) return answer
    const changed = (await intercept(answer, server, wire)) as Partial<Received> | undefined
    return { ...answer, answeredMs: nowMs(), ...changed }
  })
})
afterAll(() => world.close())
afterEach(() => {
  intercept = null
})

test('2,000 valid, near-valid and hostile requests are answered as described, and refused ones change nothing', async () => {
  const counts = tally()
  const failures = await fuzz(world, { requests: 2_000, seed, onOutcome: (_, outcome) => counts.note(outcome) })
  console.log(counts.table())
  if (failures.length > 0) throw new Error(failures.map((one) => formatFailure(world.origin, seed, one)).join('\n\n'))
  expect(counts.unreached()).toEqual([])
})

const sound = {
  kind: 'valid',
  mutation: '',
  mustBeRefused: false,
  who: 'admin',
  query: [],
  headers: [],
  body: null,
} as const
const api = '/api/v1/admin/training'
const plan = (operation: string, method: string, path: string, more: Partial<Plan> = {}): Plan => {
  return { ...sound, query: [], headers: [], operation, method, path, ...more }
}
const look = plan('getStatus', 'GET', `${api}/status`)
const watch = plan('getMetricsStream', 'GET', `${api}/metrics/stream`, { query: ['job_id={job:6}'] })
const refused = plan('deleteDatasetDocumentsById', 'DELETE', `${api}/dataset/documents/none`)

const described = 'every answer fits the document'
const without = (answer: Received, name: string) => ({
  headers: { get: (one: string) => (one.toLowerCase() === name ? null : answer.headers.get(one)) },
})
const withField = (answer: Received, field: object) => {
  return { body: JSON.stringify({ ...JSON.parse(answer.body ?? ''), ...field }) }
}

const violations: [string, Plan, string, Intercept][] = [
  ['an undescribed status', look, described, () => ({ status: 202 })],
  ['an additional field', look, described, (answer) => withField(answer, { uptime: 1 })],
  ['a field of another type', look, described, (answer) => withField(answer, { total_jobs: '1' })],
  ['an answer without its request id', look, described, (answer) => without(answer, 'x-request-id')],
  ['an answer without a media type', look, described, (answer) => without(answer, 'content-type')],
  [
    'a lone surrogate',
    look,
    'every text in an answer is well-formed',
    (answer) => withField(answer, { active_job_id: '\ud83d' }),
  ],
  ['a header out of a request', look, 'nothing in a request becomes a header', () => ({ headers: { get: () => 'x' } })],
  ['a failure', look, 'the service has no internal error', () => ({ status: 500 })],
  ['a body with HEAD', { ...look, method: 'HEAD' }, 'HEAD, 204 and 304 have no body', () => ({ body: '{}' })],
  ['an undescribed event', watch, 'every event fits the document', () => ({ events: [{ id: '1.0', data: '{}' }] })],
  ['a stream without retry', watch, 'every event fits the document', () => ({ body: 'data: {}\n\n' })],
  [
    'a problem of another status',
    refused,
    'a problem has its own status',
    (answer) => withField(answer, { status: 400 }),
  ],
  [
    'a sender who exceeds their role',
    { ...refused, who: 'viewer' },
    'no sender exceeds their role',
    () => ({ status: 404 }),
  ],
  [
    'an answer that reveals without a credential that nothing is there',
    { ...look, path: `${api}/none`, who: 'nobody' },
    'no sender exceeds their role',
    () => ({ status: 404 }),
  ],
  [
    'a refused request that deletes a row after its answer',
    refused,
    'a refused request changes nothing',
    behindTheAnswer(changing('DELETE FROM documents')),
  ],
  [
    'a valid request called invalid',
    look,
    'a request that fits the document is not called invalid',
    () => ({ status: 415 }),
  ],
  [
    'an invalid request accepted',
    { ...refused, mustBeRefused: true },
    'a request that the document forbids is refused',
    () => ({ status: 200 }),
  ],
  [
    'a refused request that deletes a row',
    refused,
    'a refused request changes nothing',
    changing('DELETE FROM documents'),
  ],
  [
    'a refused request that changes a row',
    refused,
    'a refused request changes nothing',
    changing('UPDATE documents SET chunks = 99'),
  ],
  [
    'a refused request that stores bytes',
    plan('deleteJobsByIdArtifactsByPath', 'DELETE', `${api}/jobs/{attempt:0}/artifacts/none`),
    'a refused request changes nothing',
    (_, { bucket }, { target }) =>
      bucket.put(`${/jobs\/[0-9a-f-]+/.exec(target)?.[0]}/left`, 'x').then(() => undefined),
  ],
  ['a read that changes a row', look, 'a read changes nothing', changing('UPDATE jobs SET wake_by_ms = 1')],
]

/** Dates the answer a little before the interception. */
function behindTheAnswer(intercept: Intercept): Intercept {
  return async (...given) => {
    const answeredMs = nowMs() - 5
    await intercept(...given)
    return { answeredMs }
  }
}

function changing(statement: string): Intercept {
  return (_, { db }) =>
    db
      .prepare(`${statement} WHERE id IN (SELECT id FROM ${statement.includes('jobs') ? 'jobs' : 'documents'} LIMIT 1)`)
      .run()
      .then(() => undefined)
}

test.each(violations)('%s is detected', async (_, request, rule, how) => {
  await world.maintain(false)
  expect((await world.play([request]))[0]?.faults).toEqual([])
  intercept = how
  const [outcome] = await world.play([request])
  expect(outcome?.faults.map((fault) => fault.rule)).toContain(rule)
})

test('a failure is shortened, and its path reproduces it', async () => {
  // A service that fails on long names.
  intercept = (_, __, { body }) => (/"name":"[^"]{9,}"/.test(body?.toString() ?? '') ? { status: 500 } : undefined)
  const [failure] = await fuzz(world, { requests: 40, seed, only: 'postTokens', shorteningRequests: 8 })
  if (failure?.path == null) throw new Error('It was not noticed, or not shortened')
  const { outcome, shortest } = failure
  const length = (one: typeof shortest) => one?.exchange.wire.body?.length ?? Number.POSITIVE_INFINITY
  expect(length(shortest)).toBeLessThanOrEqual(length(outcome))
  const again = await replay(world, { seed, only: 'postTokens' }, failure.path)
  expect(again.exchange.plan).toEqual(shortest?.exchange.plan)
  expect(again.faults.map((fault) => fault.rule)).toContain(failure.fault.rule)
})

test('a seed gives the same requests, whatever their number', () => {
  const plans = (numRuns: number, path?: string) =>
    fc.sample(plansOf(world.document), { seed, numRuns, ...(path ? { path } : {}) })
  expect(plans(50)).toEqual(plans(200).slice(0, 50))
  expect(plans(1, '17')).toEqual([plans(50)[17]])
})
