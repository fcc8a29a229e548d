import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { nowMs, type Received } from './http.ts'
import { plansOf } from './plans.ts'
import type { Plan } from './request.ts'
import { fuzz, replay } from './run.ts'
import { tally, tellFailure } from './tell.ts'
import { openWorld, type World } from './world.ts'

/** Always the same requests, so that no commit fails for another one's fault: `npm run fuzz` tries others. */
const seed = 20_261_101

type Meddle = (answer: Received, db: D1Database, plan: { method: string; body: Buffer | null }) => unknown

let world: World
let meddle: Meddle | null = null

beforeAll(async () => {
  world = await openWorld((send, db) => async (wire) => {
    const answer = await send(wire)
    if (meddle === null) return answer
    const changed = (await meddle(answer, db, wire)) as Partial<Received> | undefined
    return { ...answer, answeredMs: nowMs(), ...changed }
  })
})
afterAll(() => world.close())
afterEach(() => {
  meddle = null
})

test('2,000 requests, valid, nearly valid and hostile, are answered as described; refused ones change nothing', async () => {
  const counts = tally()
  const failures = await fuzz(world, { requests: 2_000, seed, onOutcome: (_, outcome) => counts.note(outcome) })
  console.log(counts.table())
  if (failures.length > 0) throw new Error(failures.map((one) => tellFailure(world.origin, seed, one)).join('\n\n'))
  expect(counts.unreached()).toEqual([])
})

const sound = {
  kind: 'valid',
  twist: '',
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

const described = 'every answer is one that the document describes'
const without = (answer: Received, name: string) => ({
  headers: { get: (one: string) => (one.toLowerCase() === name ? null : answer.headers.get(one)) },
})
const withField = (answer: Received, field: object) => {
  return { body: JSON.stringify({ ...JSON.parse(answer.body ?? ''), ...field }) }
}

const wrongs: [string, Plan, string, Meddle][] = [
  ['a status that is not described', look, described, () => ({ status: 202 })],
  ['a field too many', look, described, (answer) => withField(answer, { uptime: 1 })],
  ['a field of another type', look, described, (answer) => withField(answer, { total_jobs: '1' })],
  ['an answer without its request id', look, described, (answer) => without(answer, 'x-request-id')],
  ['an answer without a media type', look, described, (answer) => without(answer, 'content-type')],
  [
    'half a character',
    look,
    'every text in an answer is well-formed',
    (answer) => withField(answer, { active_job_id: '\ud83d' }),
  ],
  [
    'a header out of a request',
    look,
    'nothing that was sent becomes a header',
    () => ({ headers: { get: () => 'x' } }),
  ],
  ['a failure', look, 'nothing goes wrong in the service', () => ({ status: 500 })],
  ['a body with HEAD', { ...look, method: 'HEAD' }, 'HEAD, 204 and 304 have no body', () => ({ body: '{}' })],
  [
    'an event that is not described',
    watch,
    'every event is as described',
    () => ({ events: [{ id: '1.0', data: '{}' }] }),
  ],
  [
    'a stream that does not say when to come back',
    watch,
    'every event is as described',
    () => ({ body: 'data: {}\n\n' }),
  ],
  [
    'a problem of another status',
    refused,
    'a problem says its own status',
    (answer) => withField(answer, { status: 400 }),
  ],
  ['somebody past his role', { ...refused, who: 'viewer' }, 'nobody gets past his role', () => ({ status: 404 })],
  [
    'nobody who learns that there is nothing',
    { ...look, path: `${api}/none`, who: 'nobody' },
    'nobody gets past his role',
    () => ({ status: 404 }),
  ],
  [
    'a refused request that deletes a row behind its answer',
    refused,
    'a refused request changes nothing',
    behindTheAnswer(changing('DELETE FROM documents')),
  ],
  [
    'a valid request called invalid',
    look,
    'what is as the document has it is not called invalid',
    () => ({ status: 415 }),
  ],
  [
    'a wrong request taken',
    { ...refused, mustBeRefused: true },
    'what the document forbids is refused',
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
  ['a reader who changes a row', look, 'who only looks changes nothing', changing('UPDATE jobs SET wake_by_ms = 1')],
]

/** The answer counts as given a little before the meddling. */
function behindTheAnswer(meddle: Meddle): Meddle {
  return async (...given) => {
    const answeredMs = nowMs() - 5
    await meddle(...given)
    return { answeredMs }
  }
}

function changing(statement: string): Meddle {
  return (_, db) =>
    db
      .prepare(`${statement} WHERE id IN (SELECT id FROM ${statement.includes('jobs') ? 'jobs' : 'documents'} LIMIT 1)`)
      .run()
      .then(() => undefined)
}

test.each(wrongs)('%s is noticed', async (_, asked, rule, how) => {
  await world.tend(false)
  expect((await world.play([asked]))[0]?.faults).toEqual([])
  meddle = how
  const [outcome] = await world.play([asked])
  expect(outcome?.faults.map((fault) => fault.rule)).toContain(rule)
})

test('what breaks a rule is shortened, and its path leads to it again', async () => {
  // A service that chokes on long names.
  meddle = (_, __, { body }) => (/"name":"[^"]{9,}"/.test(body?.toString() ?? '') ? { status: 500 } : undefined)
  const [failure] = await fuzz(world, { requests: 40, seed, only: 'postTokens', shorteningRequests: 8 })
  if (failure?.path == null) throw new Error('It was not noticed, or not shortened')
  const { outcome, shortest } = failure
  const length = (one: typeof shortest) => one?.exchange.wire.body?.length ?? Number.POSITIVE_INFINITY
  expect(length(shortest)).toBeLessThanOrEqual(length(outcome))
  const again = await replay(world, { seed, only: 'postTokens' }, failure.path)
  expect(again.exchange.plan).toEqual(shortest?.exchange.plan)
  expect(again.faults.map((fault) => fault.rule)).toContain(failure.fault.rule)
})

test('a seed gives the same requests, however many of them are asked for', () => {
  const plans = (numRuns: number, path?: string) =>
    fc.sample(plansOf(world.document), { seed, numRuns, ...(path ? { path } : {}) })
  expect(plans(50)).toEqual(plans(200).slice(0, 50))
  expect(plans(1, '17')).toEqual([plans(50)[17]])
})
