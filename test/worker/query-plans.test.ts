import { createScheduledController, evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeAll, expect, test, vi } from 'vitest'
import { tokenStore } from '../../src/auth/token-store.ts'
import { artifactMigrations, recordingMigrations, runMigrations } from '../../src/jobs/object/migrations.ts'
import { jobRegister } from '../../src/jobs/register/job-register.ts'
import { registry } from '../../src/models/registry.ts'
import { ATTEMPT_CHECK_MS, DATASET_PAGE_DOCUMENTS, RUNNER_KEPT_MS, WAKE_GRACE_MS } from '../../src/platform/limits.ts'
import { jobSorts } from '../../src/shared/job-sorts.ts'
import worker from '../../src/worker.ts'
import { api, createJob, post, request, runAlarm, runToEnd, send, setClock, startMs, stubOf } from './api.ts'
import { driveFiles } from './drive-files.ts'
import { driveRuns } from './drive-runs.ts'
import { recordD1, recordObjects, restoreD1, type Statements } from './meters.ts'
import { MlflowClient } from './mlflow.ts'
import { Runner } from './runner.ts'

/** The tables that a statement to D1 may scan, and why they stay small. */
const smallInD1 = [
  /^CONSTANT ROW$/,
  /^\(subquery-\d+\)$/, // its parts have their own lines
  /^job_counters$/, // one row
  /^dataset_totals$/, // one row
  /^dataset_doc_types$/, // DOC_TYPES_MAX rows
  /^model_types$/, // one row per type
  /^api_tokens\b/, // TOKENS_MAX rows, counted when one is created
  /^slots VIRTUAL TABLE/, // MAX_ACTIVE_JOBS
  /^job_search VIRTUAL TABLE INDEX \d+:M/, // looked up by MATCH, and limited to SEARCHED_ROWS_MAX
  /^json_each VIRTUAL TABLE/, // the documents of one upload, the ETags of one header
]

/** The statement to D1 that may sort: at most SEARCHED_ROWS_MAX jobs, which the search index found. */
const smallSort = /UNION SELECT seq FROM \(SELECT seq FROM jobs WHERE id >= \?/

/**
 * Tables that an object reads completely when it wakes: its own log, bounded by PAUSES_MAX, tables of a row or of one for each
 * attempt, and what sums up the reports of runners, bounded by JOB_VALUES_MAX and OUTPUT_BYTES_MAX.
 */
/** The statement of an object that may sort: at most RUN_ITEMS_MAX, when a run is read whole. */
const smallSortInObject = /^SELECT id, data FROM run_items WHERE kind = \? ORDER BY rowid$/

const smallInObject = [
  ...[/^quiet$/, /^excused$/, /^sequences$/, /^blocks$/, /^output$/],
  /^json_each VIRTUAL TABLE/, // a page of keys
  /^artifact_totals$/, // one row
  /^run_(params|tags|items)\b/, // RUN_PARAMS_MAX, RUN_TAGS_MAX, RUN_ITEMS_MAX
  /^run_(opened|totals)$/, // a row for each attempt, and one
  /^checkpoints$/, // CHECKPOINTS_KEPT
  /^uploads\b/, // ARTIFACT_UPLOADS_MAX, counted once, and dropped with their job
  /^dropped_keys$/, // a page of them
  /^artifacts\b/, // dropped with their job
  /^events$/,
  /^sinks$/,
  /^tombstone$/,
  /^sqlite_master$/,
  /^migrations$/,
  /^\d+ CONSTANT ROWS$/,
]

/** As an object has it that has been through a later migration than there is today. */
const recordOfMigrations = 'CREATE VIEW migrations (id) AS VALUES (1), (2)'

let d1: Statements
let objects: Statements

beforeAll(async () => {
  setClock(startMs)
  const recorded = await recordObjects('any')
  objects = recorded.statements
  d1 = recordD1()
  await driveJobs()
  await driveQueue()
  await driveRunners()
  await driveFiles()
  await driveRuns()
  await driveMlflow()
  await driveModels()
  await driveDataset()
  await driveJobDataset()
  await driveTokens()
  await request('/health')
  restoreD1()
  recorded.stop()
  return () => vi.useRealTimers()
})

test('no statement to D1 scans a growing table, or sorts', async () => {
  for (const [sql, values] of d1) {
    const steps = expensive(await planOf(sql, values), smallInD1)
    expect(smallSort.test(sql) ? steps.filter((step) => !/TEMP B-TREE/.test(step)) : steps, sql).toEqual([])
  }
})

test('no statement of an object walks more than its own log', async () => {
  const plans = await runInDurableObject(stubOf(await createJob()), (_, { storage }) => {
    // Only the object of a deleted job has it.
    storage.sql.exec('CREATE TABLE tombstone (deleted_ms INTEGER NOT NULL) STRICT')
    for (const { sql } of [...recordingMigrations, ...artifactMigrations, ...runMigrations]) storage.sql.exec(sql)
    storage.sql.exec(recordOfMigrations)
    return [...objects]
      .filter(([sql]) => !/CREATE (TABLE|VIEW)|ALTER TABLE/.test(sql))
      .map(([sql, values]) => ({
        sql,
        steps: storage.sql.exec<Step>(`EXPLAIN QUERY PLAN ${sql}`, ...values).toArray(),
      }))
  })
  for (const { sql, steps } of plans) {
    const sorts = smallSortInObject.test(sql)
    expect(
      expensive(steps, smallInObject).filter((step) => !(sorts && /TEMP B-TREE/.test(step))),
      sql,
    ).toEqual([])
  }
})

test('a scan, a sort and an automatic index are detected', async () => {
  const costly = 'SELECT a.id FROM jobs AS a JOIN jobs AS b ON a.snapshot = b.snapshot ORDER BY a.snapshot'
  expect(expensive(await planOf(costly, []), smallInD1)).toEqual([
    'SCAN a',
    'SEARCH b USING AUTOMATIC COVERING INDEX (snapshot=?)',
    'USE TEMP B-TREE FOR ORDER BY',
  ])
})

test('every statement in the sources is among those checked', () => {
  const sent = [...d1.keys(), ...objects.keys()].map(oneLine)
  const missing = Object.values(sources)
    .flatMap(statementsIn)
    .filter((statement) => !sent.some((sql) => statement.test(sql)))
  expect(missing).toEqual([])
})

type Step = { detail: string }

async function planOf(sql: string, values: unknown[]): Promise<Step[]> {
  const statement = env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`).bind(...values)
  return (await statement.all<Step>()).results
}

/** The steps of a plan whose cost grows with a table. */
function expensive(plan: Step[], small: RegExp[]): string[] {
  const grows = (step: string) => {
    const scanned = /^SCAN (.+)$/.exec(step)?.[1]
    return scanned === undefined ? /TEMP B-TREE|AUTOMATIC/.test(step) : !small.some((name) => name.test(scanned))
  }
  return plan.map(({ detail }) => detail).filter(grows)
}

/** Queued jobs, one of them requested twice with a key. */
async function driveQueue() {
  const first = await createJob()
  const wait = { name: 'waits', bundeslaender: ['BY'], epochs: 1 }
  const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': 'plans' }
  const ask = () => request(`${api}/jobs?when_busy=queue`, { method: 'POST', headers, body: JSON.stringify(wait) })
  const { id } = (await (await ask()).json()) as { id: string }
  await ask()
  await request(`${api}/jobs/${id}`)
  await send('PATCH', `${api}/jobs/${id}`, { notes: 'waits' })
  await post(`${api}/jobs/${first}/pause`)
  await post(`${api}/jobs/${first}/resume?when_busy=queue`)
  await request(`${api}/jobs/${first}`)
  await post(`${api}/jobs/${first}/cancel`)
  await post(`${api}/jobs/${id}/cancel`)
}

/** A job that a runner trains, loses and gets back; what it has reported is read, and its object wakes. */
async function driveRunners() {
  const id = await createJob({ trainer: 'runner' })
  const runner = await new Runner().begin()
  await runner.report({ points: [{ step: 1, metrics: { loss: 1 } }], output: [{ text: 'one' }] })
  await runner.report({ phase: 'training', expect_silence_s: 900 })
  const lines = Array.from({ length: 200 }, () => ({ text: 'x'.repeat(4_000) }))
  for (let n = 0; n < 7; n++) await runner.report({ output: lines })
  await evictDurableObject(stubOf(id))
  for (const minute of [1, 2, 3]) {
    setClock(startMs + WAKE_GRACE_MS + minute * ATTEMPT_CHECK_MS)
    await runAlarm(id)
  }
  await runner.report({ points: [{ step: 2, metrics: { loss: 1 } }], output: [{ text: 'two' }] })
  for (const part of ['', '/output', '/attempts', '/history']) await request(`${api}/jobs/${id}${part}`)
  await (await request(`${api}/metrics/stream?job_id=${id}&history=delta`)).body?.cancel()
  await runner.finish('failed')
  for (let alarms = 0; alarms < 5 && (await runAlarm(id)); alarms++);
  await request(`${api}/runners`)
  await jobRegister(env.DB).forgetRunners(Date.now() + 2 * RUNNER_KEPT_MS)
  for (const more of [{ leaving: true }, { version: '0.0.1' }])
    await send('POST', `${api}/claims`, { runner: 'gpu-1', claim_id: crypto.randomUUID(), ...more })
  await request(`${api}/jobs/${id}`, { method: 'DELETE' })
}

/** A run that a client logs, and what it and people do with the registry through the door. */
async function driveMlflow() {
  const id = await createJob({ trainer: 'runner' })
  const runner = await new Runner().begin()
  let client = new MlflowClient(runner.token)
  const person = await MlflowClient.as('admin')
  await client.post('runs/create', { experiment_id: '1', start_time: 1 })
  for (const value of ['a', 'b']) {
    await client.post('runs/log-batch', {
      run_id: id,
      metrics: [{ key: 'loss', value: 1, step: 1, timestamp: 1 }],
      params: [{ key: `p${value}`, value }],
      tags: [{ key: 't', value }],
    })
  }
  await client.post('runs/delete-tag', { run_id: id, key: 't' })
  await evictDurableObject(stubOf(id))
  await client.metric(id, 'loss', 1, 2)
  await client.post('runs/outputs', { run_id: id, models: [{ model_id: 'm-1', step: 0 }] })
  const { model } = await client.post('logged-models', { name: 'plans', source_run_id: id })
  const modelId = model.info.model_id
  await client.ask('PATCH', `mlflow/logged-models/${modelId}`, { status: 'LOGGED_MODEL_READY' })
  await client.send('PUT', `mlflow-artifacts/artifacts/1/models/${modelId}/artifacts/MLmodel`, 'x')
  for (const filter of ['', "name = 'plans'"]) await client.post('logged-models/search', { filter })
  const name = 'plans'
  await person.post('registered-models/create', { name, description: 'd', tags: [{ key: 'a', value: 'b' }] })
  const about = { source: `models:/${modelId}`, description: 'd', tags: [{ key: 'a', value: 'b' }] }
  for (const one of [name, 'zeugnis']) await client.post('model-versions/create', { name: one, ...about })
  await client.post('model-versions/create', { name: 'none', ...about }).catch(() => null)
  const version = { name, version: '1' }
  await client.post('registered-models/alias', { ...version, alias: 'x' })
  await person.post('registered-models/alias', { ...version, alias: 'active' })
  for (const alias of ['x', 'active']) await person.get(`registered-models/alias?name=${name}&alias=${alias}`)
  await client.get(`model-versions/get?name=${name}&version=1`)
  await client.get('model-versions/search')
  await person.get(`model-versions/search?filter=${encodeURIComponent(`name = '${name}'`)}`)
  for (const filter of ['', "name = 'plans'", "name LIKE 'pl%'"])
    await person.get(`registered-models/search?filter=${encodeURIComponent(filter)}`)
  await client.post('model-versions/set-tag', { ...version, key: 'a', value: 'c' })
  await client.ask('PATCH', 'mlflow/model-versions/update', { ...version, description: 'e' })
  for (const by of [client, person]) {
    const staged = { ...version, stage: 'Staging', archive_existing_versions: true }
    await by.post('model-versions/transition-stage', staged)
  }
  await person.ask('PATCH', 'mlflow/registered-models/update', { name, description: 'e' })
  await person.ask('DELETE', 'mlflow/model-versions/delete-tag', { ...version, key: 'a' })
  for (const alias of ['x', 'active']) await person.ask('DELETE', 'mlflow/registered-models/alias', { name, alias })
  await person.post('registered-models/rename', { name, new_name: 'plans-2' })
  await person.ask('DELETE', 'mlflow/registered-models/delete', { name: 'plans-2' })
  await runner.finish('released')
  runner.claimId = crypto.randomUUID()
  client = new MlflowClient((await runner.begin()).token)
  await client.post('runs/log-parameter', { run_id: id, key: 'pa', value: 'later' })
  await runner.finish('completed')
  await client.metric(id, 'late', 1)
  await evictDurableObject(stubOf(id))
  await person.get(`runs/get?run_id=${id}`)
  await person.get(`metrics/get-history?run_id=${id}&metric_key=loss`)
  await runToEnd(id)
  // Of files that the job's own version has, of a version, and read.
  for (const name of ['plans-3', 'plans-4']) await person.post('registered-models/create', { name })
  await person.post('model-versions/create', { name: 'plans-3', source: `models:/${modelId}` })
  await person.post('model-versions/create', { name: 'plans-4', source: 'models:/plans-3/1' })
}

/** A job through every command, a slot acquired in vain, and a job that could not be woken. */
async function driveJobs() {
  const index = jobRegister(env.DB)
  const id = await createJob()
  const path = `${api}/jobs/${id}`
  await runAlarm(id)
  await runInDurableObject(stubOf(id), (_, { storage }) => {
    storage.sql.exec(recordOfMigrations)
  })
  await evictDurableObject(stubOf(id))
  for (const command of ['pause', 'resume', 'pause']) await post(`${path}/${command}`)
  await send('PATCH', path, { tags: ['plans'] })
  await index.acquireSlot(id, 1, startMs)
  setClock(startMs + WAKE_GRACE_MS)
  await worker.scheduled(createScheduledController(), env)
  await index.postpone(id, startMs)
  await post(`${path}/cancel`)
  for (const filter of ['', 'status=cancelled', 'model_type=zeugnis&status=failed', 'created_by=anonymous']) {
    for (const sort of jobSorts) await drivePages(`${filter}&sort=${sort}`)
  }
  for (const q of ['Zeugnis', 'ze', id.slice(0, 8)]) {
    for (const sort of jobSorts) await drivePages(`q=${q}&status=cancelled&sort=${sort}`)
  }
  for (const sort of jobSorts)
    await drivePages(`runner=gpu-1&trainer=runner&condition=waiting&condition=silent&sort=${sort}`)
  await request(path)
  await request(`${api}/status`)
  await createJob()
  await send('POST', `${api}/jobs`, { name: 'refused', bundeslaender: ['BY'] })
  await index.remove(id)
  await send('POST', `${api}/reconcile`, { objects: [env.TRAINING_JOBS.idFromName(id).toString()] })
  await send('POST', `${api}/reconcile`, {})
  await request(path, { method: 'DELETE' })
  await evictDurableObject(stubOf(id))
  await stubOf(id).snapshot()
  const jobs = (await (await request(`${api}/jobs`)).json()) as { id: string }[]
  for (const job of jobs) await post(`${api}/jobs/${job.id}/cancel`)
}

/** A page of one job, and the page after it. */
async function drivePages(query: string) {
  const first = await request(`${api}/jobs?limit=1&${query}`)
  const next = /<(.*)>/.exec(first.headers.get('Link') ?? '')?.[1]
  if (next !== undefined) await request(next)
}

async function driveModels() {
  await runToEnd(await createJob({ epochs: 1 }))
  const filters = ['', 'model_type=zeugnis', 'active=true', 'active=false', 'active=false&model_type=zeugnis']
  for (const filter of [...filters, 'active=true&model_type=zeugnis', 'trained_on=a'])
    await request(`${api}/models?${filter}`)
  const [version] = (await (await request(`${api}/models`)).json()) as { id: string }[]
  const path = `${api}/models/${version?.id}`
  await registry(env.DB).noteGiven('unknown', { revision: 1, withdrawn: 0, sha256: '' })
  await request(path)
  await post(`${path}/activate`)
  await request(path, { method: 'DELETE' })
}

async function driveDataset() {
  const document = { title: 'Zeugnisordnung', bundesland: 'BY', doc_type: 'erlass', chunks: 1, training_allowed: true }
  await send('PUT', `${api}/dataset/documents`, { documents: [{ id: 'a', ...document }] })
  for (const place of ['', 'bundesland=BY&', 'doc_type=erlass&', 'bundesland=BY&doc_type=erlass&']) {
    await request(`${api}/dataset/documents?${place}`)
    await request(`${api}/dataset/documents?${place}training_allowed=true`)
  }
  await request(`${api}/dataset/stats`)
  await request(`${api}/dataset/documents/a`, { method: 'DELETE' })
}

/** The dataset of a job that has changed in more documents than fill a page. */
async function driveJobDataset() {
  await env.DB.prepare(
    `INSERT INTO documents (id, title, bundesland, doc_type, chunks, training_allowed)
     SELECT 'many' || value, 'x', 'BY', 'erlass', 1, 1 FROM json_each(?)`,
  )
    .bind(JSON.stringify(Array.from({ length: DATASET_PAGE_DOCUMENTS + 1 }, (_, n) => n)))
    .run()
  const id = await createJob()
  const download = () => request(`${api}/jobs/${id}/dataset`).then((answer) => answer.arrayBuffer())
  await download()
  await env.DB.prepare(`UPDATE documents SET title = 'y' WHERE id > 'many'`).run()
  await download()
  await post(`${api}/jobs/${id}/cancel`)
}

/** A token that is created twice, used, watched with, and revoked. */
async function driveTokens() {
  const make = () => send('POST', '/api/v1/admin/tokens', { name: 'plans', role: 'viewer' })
  const { id, token } = (await (await make()).json()) as { id: string; token: string }
  await make()
  await request('/api/v1/admin/tokens')
  await request('/session', { headers: { Authorization: `Bearer ${token}` } })
  await tokenStore(env.DB).find(Number(id))
  await tokenStore(env.DB).revokedAmong([Number(id)])
  await request(`/api/v1/admin/tokens/${id}`, { method: 'DELETE' })
}

const sources = import.meta.glob<string>('../../src/**/*.ts', { query: '?raw', import: 'default', eager: true })

/**
 * Patterns for the statements in a source as they are sent: an interpolated name matches anything; after any other
 * interpolation, the rest does.
 */
function statementsIn(source: string): RegExp[] {
  const literals = source.matchAll(
    /(["'`])\s*((?:SELECT|INSERT|UPDATE|DELETE FROM) (?:\$\{\w+\}|(?!\1|\$\{).)*)(\1|\$\{)/gs,
  )
  return [...literals].map(([, quote, text = '', end]) => {
    const parts = oneLine(text).split(/\$\{\w+\}/)
    const pattern = parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*')
    return new RegExp(`^${pattern}${end === quote ? '$' : ''}`)
  })
}

const oneLine = (sql: string) => sql.replace(/\s+/g, ' ').trim()
