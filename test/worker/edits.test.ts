import { evictDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { EventRecord, JobSnapshot } from '../../src/jobs/rules/shown.ts'
import { EDITS_BEFORE_START_MAX, NOTES_LENGTH_MAX, TAG_LENGTH_MAX, TAGS_MAX } from '../../src/platform/limits.ts'
import {
  api,
  cancelAll,
  createJob,
  getJob,
  post,
  request,
  runAlarm,
  runToEnd,
  send,
  setClock,
  startMs,
  stubOf,
} from './api.ts'
import { EventStream } from './event-stream.ts'
import { breakD1, restoreD1 } from './meters.ts'

beforeEach(() => {
  setClock(startMs)
})
afterEach(async () => {
  restoreD1()
  await cancelAll()
  await env.DB.prepare('DELETE FROM jobs').run()
  vi.useRealTimers()
})

const edit = (id: string, body: unknown, headers: Record<string, string> = {}) =>
  request(`${api}/jobs/${id}`, {
    method: 'PATCH',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
const etagOf = async (id: string) => (await request(`${api}/jobs/${id}`)).headers.get('etag') ?? ''
const eventsOf = async (id: string) => (await request(`${api}/jobs/${id}/events`)).json() as Promise<EventRecord[]>
const listed = async (query: string) =>
  ((await (await request(`${api}/jobs?${query}`)).json()) as JobSnapshot[]).map(({ name }) => name)

const enqueue = async (name: string) => {
  const created = await send('POST', `${api}/jobs?when_busy=queue`, { name, bundeslaender: ['BY'], epochs: 1 })
  return ((await created.json()) as { id: string }).id
}

test.each(['reject', 'queue'])(
  'a job is created with notes and tags, which its log has as its first edit (when_busy=%s)',
  async (whenBusy) => {
    if (whenBusy === 'queue') await createJob()
    const answer = await send('POST', `${api}/jobs?strict=true&when_busy=${whenBusy}`, {
      name: 'Baseline',
      bundeslaender: ['BY'],
      notes: ' first\r\nsecond ',
      tags: ['Kandidat', '2026', 'kandidat'],
    })
    const { id } = await answer.json<{ id: string }>()
    expect(answer.status).toBe(200)
    const labels = { notes: 'first\nsecond', tags: ['Kandidat', '2026'] }
    expect(await getJob(id)).toMatchObject(labels)
    expect(await listed('tag=kandidat&tag=2026')).toEqual(['Baseline'])
    const created = [
      { sequence: 1, type: 'created', changes: null },
      { sequence: 2, type: 'edited', actor: 'anonymous', changes: labels },
    ]
    expect((await eventsOf(id)).slice(0, 2)).toMatchObject(created)

    await edit(id, { tags: ['2027'] })
    await cancelAll()
    await evictDurableObject(stubOf(id))
    expect(await getJob(id)).toMatchObject({ ...labels, tags: ['2027'], status: 'cancelled' })
    const edits = (await eventsOf(id)).filter(({ type }) => type === 'edited')
    expect(edits.map(({ changes }) => changes)).toEqual([labels, { tags: ['2027'] }])
    expect(await listed('tag=2026')).toEqual([])
  },
)

test('notes and tags of a new job have the bounds of an edit, and empty ones are no edit', async () => {
  const job = { name: 'Baseline', bundeslaender: ['BY'] }
  for (const part of [{ notes: 'x'.repeat(NOTES_LENGTH_MAX + 1) }, { tags: ['a,b'] }, { tags: 'a' }]) {
    expect((await send('POST', `${api}/jobs`, { ...job, ...part })).status, JSON.stringify(part)).toBe(422)
  }
  const id = await createJob({ notes: '', tags: [] })
  expect((await eventsOf(id)).map(({ type }) => type)).not.toContain('edited')
})

test('an Idempotency-Key repeats a request with the same notes and tags only', async () => {
  const create = (labels: object) =>
    request(`${api}/jobs`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': 'with-tags' },
      body: JSON.stringify({ name: 'Baseline', bundeslaender: ['BY'], ...labels }),
    })
  const { id } = await (await create({ tags: ['a'] })).json<{ id: string }>()
  expect(await (await create({ tags: ['a'] })).json()).toMatchObject({ id })
  expect((await create({ tags: ['b'] })).status).toBe(422)
  expect((await create({})).status).toBe(422)
})

/** A job in each state, and what brings it there. */
const states: [string, () => Promise<string>][] = [
  ['training', async () => training()],
  [
    'paused',
    async () => {
      const id = await training()
      await post(`${api}/jobs/${id}/pause`)
      return id
    },
  ],
  [
    'completed',
    async () => {
      const id = await createJob({ epochs: 1 })
      await runToEnd(id)
      return id
    },
  ],
  [
    'cancelled',
    async () => {
      const id = await createJob()
      await post(`${api}/jobs/${id}/cancel`)
      return id
    },
  ],
  [
    'queued',
    async () => {
      await createJob()
      return enqueue('Zeugnis Bayern')
    },
  ],
]

async function training(): Promise<string> {
  const id = await createJob()
  await runAlarm(id)
  return id
}

describe.each(states)('a job that is %s', (status, make) => {
  test('is edited, also after an eviction, and found by what it is called then', async () => {
    const id = await make()
    const before = await getJob(id)
    expect(before).toMatchObject({ status, notes: '', tags: [] })
    const answer = await edit(id, {
      name: 'Prüfung  Nord',
      notes: ' eins\r\nzwei ',
      tags: ['Kandidat', 'KANDIDAT', 'ß'],
    })
    expect(answer.status).toBe(200)
    const changed = { name: 'Prüfung Nord', notes: 'eins\nzwei', tags: ['Kandidat', 'ß'] }
    const expected = { ...before, ...changed, config: { ...before.config, name: 'Prüfung Nord' } }
    expect(await answer.json()).toEqual(expected)
    await evictDurableObject(stubOf(id))
    expect(await getJob(id)).toEqual(expected)
    expect(await listed(`q=prufung`)).toEqual(['Prüfung Nord'])
    expect(await listed('q=Zeugnis&tag=kandidat')).toEqual([])
    for (const tag of [
      'tag=kandidat',
      'tag=SS&tag=Kandidat',
      'tag=kandidat&sort=name',
      `tag=kandidat&status=${status}`,
    ]) {
      expect(await listed(tag)).toEqual(['Prüfung Nord'])
    }
    for (const tag of ['tag=kandida', 'tag=andere&tag=kandidat']) expect(await listed(tag)).toEqual([])
    const events = await eventsOf(id)
    expect(events.at(-1)).toMatchObject({ type: 'edited', actor: 'anonymous', from_status: status, to_status: status })
    expect(events.at(-1)?.changes).toEqual(changed)
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, at) => at + 1))
    await request(`${api}/jobs/${id}`, { method: 'DELETE' })
  })

  test('keeps its revision: a command made for it still fits, and an edit made before another does not', async () => {
    const id = await make()
    const tag = await etagOf(id)
    const first = await edit(id, { notes: 'a' }, { 'If-Match': tag })
    expect(first.status).toBe(200)
    const second = first.headers.get('etag') ?? ''
    expect(second).toBe(tag.replace(/"$/, '-e1"'))
    expect(await etagOf(id)).toBe(second)
    expect((await edit(id, { notes: 'b' }, { 'If-Match': tag })).status).toBe(412)
    expect((await edit(id, { notes: 'b' }, { 'If-Match': second })).status).toBe(200)
    const command = status === 'completed' || status === 'cancelled' ? null : 'cancel'
    if (command !== null)
      expect((await request(`${api}/jobs/${id}/cancel`, { method: 'POST', headers: { 'If-Match': tag } })).status).toBe(
        200,
      )
    await request(`${api}/jobs/${id}`, { method: 'DELETE' })
  })
})

test('an edit is held against edits alone: the job may have moved on', async () => {
  const id = await training()
  const tag = await etagOf(id)
  await post(`${api}/jobs/${id}/pause`)
  expect((await edit(id, { tags: ['x'] }, { 'If-Match': tag })).status).toBe(200)
  for (const wrong of ['"nonsense"', `W/${tag}`, '"x-e0"']) {
    expect((await edit(id, { tags: ['y'] }, { 'If-Match': wrong })).status).toBe(412)
  }
})

test('an edit that changes nothing leaves no event', async () => {
  const id = await training()
  const before = await eventsOf(id)
  const { name } = await getJob(id)
  for (const body of [{}, { name }, { notes: '  ' }, { tags: [] }]) expect((await edit(id, body)).status).toBe(200)
  expect(await eventsOf(id)).toEqual(before)
})

test('a finished stream answers 204 as before, and an open one is sent nothing', async () => {
  const id = await training()
  const stream = await EventStream.open(`${api}/metrics/stream?job_id=${id}&history=delta`)
  const first = await stream.event()
  expect((await edit(id, { name: 'renamed' })).status).toBe(200)
  await post(`${api}/jobs/${id}/cancel`)
  const last = await stream.event()
  if (first === null || last === null) throw new Error('The stream ended')
  expect(last.data).toMatchObject({ status: 'cancelled' })
  expect(Number(last.id?.split('.')[0])).toBe(Number(first.id?.split('.')[0]) + 1)
  expect((await edit(id, { notes: 'after the end' })).status).toBe(200)
  const again = await request(`${api}/metrics/stream?job_id=${id}`, { headers: { 'Last-Event-ID': last.id ?? '' } })
  expect(again.status).toBe(204)
})

test('the edits of a job that waits are in the log with which it starts', async () => {
  const first = await createJob()
  const id = await enqueue('waits')
  await edit(id, { name: 'renamed' })
  await edit(id, { tags: ['a'] })
  expect((await eventsOf(id)).map(({ type }) => type)).toEqual(['created', 'edited', 'edited'])
  await post(`${api}/jobs/${first}/cancel`)
  await stubOf(id).wake(id)
  await runToEnd(id)
  const events = await eventsOf(id)
  expect(events.map(({ type }) => type).slice(0, 4)).toEqual(['created', 'edited', 'edited', 'preparation_started'])
  expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, at) => at + 1))
  expect(await getJob(id)).toMatchObject({ status: 'completed', name: 'renamed', tags: ['a'], revision: 6 })
  expect(await listed('q=renamed&tag=a')).toEqual(['renamed'])
})

test('a job that waits is edited a limited number of times', async () => {
  await createJob()
  const id = await enqueue('waits')
  for (let n = 0; n < EDITS_BEFORE_START_MAX; n++) expect((await edit(id, { notes: `${n}` })).status).toBe(200)
  const refused = await edit(id, { notes: 'one more' })
  expect(refused.status).toBe(400)
  expect(await refused.json()).toMatchObject({ type: expect.stringContaining('edited-too-often') })
})

test('while D1 is away an edit of a running job is kept, and D1 hears of it', async () => {
  const id = await training()
  breakD1('refused', 'UPDATE jobs')
  expect((await edit(id, { name: 'while away' })).status).toBe(200)
  restoreD1()
  await runAlarm(id)
  expect(await listed('q=while')).toEqual(['while away'])
})

test('a row that D1 has lost comes back with what was edited', async () => {
  const id = await training()
  await edit(id, { name: 'Wiedergefunden', tags: ['wichtig'] })
  await post(`${api}/jobs/${id}/cancel`)
  await env.DB.prepare('DELETE FROM jobs WHERE id = ?').bind(id).run()
  await send('POST', `${api}/reconcile`, { objects: [env.TRAINING_JOBS.idFromName(id).toString()] })
  expect(await listed('q=wiederge&tag=wichtig')).toEqual(['Wiedergefunden'])
  expect(await etagOf(id)).toMatch(/-e1"$/)
})

test('a row set back to before an edit is brought up to date', async () => {
  const id = await training()
  await post(`${api}/jobs/${id}/cancel`)
  const row = await env.DB.prepare('SELECT spec, summary, edits, search_name, labels FROM jobs WHERE id = ?')
    .bind(id)
    .first()
  await edit(id, { name: 'Neuer Name' })
  await env.DB.prepare('UPDATE jobs SET spec = ?, summary = ?, edits = ?, search_name = ?, labels = ? WHERE id = ?')
    .bind(...Object.values(row ?? {}), id)
    .run()
  expect(await listed('q=neuer')).toEqual([])
  await send('POST', `${api}/reconcile`, {})
  expect(await listed('q=neuer')).toEqual(['Neuer Name'])
})

test.each([
  [{ name: '' }, ['body', 'name']],
  [{ notes: 'x'.repeat(NOTES_LENGTH_MAX + 1) }, ['body', 'notes']],
  [{ notes: 'a\u0000b' }, ['body', 'notes']],
  [{ notes: 1 }, ['body', 'notes']],
  [{ tags: 'a' }, ['body', 'tags']],
  [{ tags: ['a,b'] }, ['body', 'tags', 0]],
  [{ tags: ['a\nb'] }, ['body', 'tags', 0]],
  [{ tags: ['x'.repeat(TAG_LENGTH_MAX + 1)] }, ['body', 'tags', 0]],
  [{ tags: Array.from({ length: TAGS_MAX + 1 }, (_, n) => `t${n}`) }, ['body', 'tags']],
  [{ note: 'a typo' }, ['body', 'note']],
])('%j is refused', async (body, loc) => {
  const id = await createJob()
  const answer = await edit(id, body)
  expect(answer.status).toBe(422)
  expect(await answer.json()).toMatchObject({ errors: [{ loc }] })
})

test('a job that does not exist is not edited', async () => {
  for (const id of ['nonsense', crypto.randomUUID()]) expect((await edit(id, { notes: 'x' })).status).toBe(404)
})
