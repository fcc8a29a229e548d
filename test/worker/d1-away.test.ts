import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { api, cancelAll, createJob, getJob, post, request, runAlarm, runToEnd, send, setClock, startMs } from './api.ts'
import { adminToken, ask, askWith, bearer, closed, makeToken } from './attacks/closed.ts'
import { EventStream } from './event-stream.ts'
import { breakD1, restoreD1 } from './meters.ts'

beforeEach(() => setClock(startMs))
afterEach(async () => {
  restoreD1()
  await cancelAll()
  vi.useRealTimers()
})

const nobody = '5f0c6c5e-5d0e-4c39-9d4e-0d6c5b8f2a11'
const document = { title: 't', bundesland: 'BY', doc_type: 'erlass', chunks: 1, training_allowed: true }

describe('while D1 does not answer', () => {
  test.each([
    ['GET', '/jobs'],
    ['GET', '/jobs?status=training'],
    ['GET', `/jobs/${nobody}`],
    ['GET', `/jobs/${nobody}/events`],
    ['GET', `/jobs/${nobody}/history`],
    ['GET', `/metrics/stream?job_id=${nobody}`],
    ['GET', '/status'],
    ['GET', '/models'],
    ['GET', `/models/${nobody}`],
    ['GET', '/dataset/stats'],
    ['GET', '/dataset/documents'],
    ['POST', '/jobs', { name: 'x', bundeslaender: ['BY'] }],
    ['POST', '/jobs?when_busy=queue', { name: 'x', bundeslaender: ['BY'] }],
    ['POST', '/reconcile', {}],
    ['PUT', '/dataset/documents', { documents: [{ id: 'a', ...document }] }],
    ['DELETE', '/dataset/documents/a'],
    ['POST', `/models/${nobody}/activate`],
    ['DELETE', `/models/${nobody}`],
    ['POST', `/jobs/${nobody}/pause`],
    ['DELETE', `/jobs/${nobody}`],
  ])('%s %s answers 503, says so in a sentence, and when to try again', async (method, path, body?: unknown) => {
    for (const how of ['refused', 'unheard'] as const) {
      breakD1(how)
      const response = await (body === undefined ? request(api + path, { method }) : send(method, api + path, body))
      expect(response.status).toBe(503)
      expect(response.headers.get('retry-after')).toBe('5')
      expect(await response.json()).toMatchObject({
        type: 'urn:stellwerk:problem:unavailable',
        detail: expect.stringMatching(/^The database does not respond/),
      })
      restoreD1()
    }
  })

  test('a request with an API token, or a session opened with one, gets 503: its validity is unknown', async () => {
    using _ = closed()
    const { token } = await makeToken('viewer')
    setClock(Date.now() + 60_000)
    breakD1('refused')
    const answers = [
      await ask(`${api}/jobs/${nobody}`, { headers: bearer(token) }),
      await askWith('POST', '/session', { token }),
      await ask('/api/v1/admin/tokens', { headers: bearer(adminToken) }),
    ]
    expect(answers.map(({ status }) => status)).toEqual([503, 503, 503])
    expect(answers.map(({ headers }) => headers.get('retry-after'))).toEqual(['5', '5', '5'])
  })

  test("a running job's page, stream, events and history still work", async () => {
    const id = await createJob()
    await runAlarm(id)
    breakD1('refused')
    setClock(startMs + 500 + 60_000)
    expect(await getJob(id)).toMatchObject({ status: 'training', progress: 12 })
    const stream = await EventStream.open(`${api}/metrics/stream?job_id=${id}`)
    expect((await stream.event())?.data).toMatchObject({ status: 'training', current_step: 120 })
    await stream.cancel()
    const events = (await (await request(`${api}/jobs/${id}/events`)).json()) as object[]
    expect(events).toHaveLength(3)
    const history = (await (await request(`${api}/jobs/${id}/history`)).json()) as { points: object[] }
    expect(history.points).toHaveLength(121)
  })

  test('a finished job is read from its object, and a deleted one is 404', async () => {
    const id = await createJob({ epochs: 1 })
    await runToEnd(id)
    const job = await getJob(id)
    breakD1('refused')
    // Only D1 knows what has been withdrawn from what it trained on.
    expect(await getJob(id)).toEqual({ ...job, dataset: { ...job.dataset, withdrawn: null } })
    restoreD1()
    breakD1('refused', 'DELETE FROM jobs')
    await request(`${api}/jobs/${id}`, { method: 'DELETE' })
    breakD1('refused')
    expect((await request(`${api}/jobs/${id}`)).status).toBe(404)
    restoreD1()
    await runAlarm(id)
  })

  test('a validating job is not shown: D1 may already have its end', async () => {
    const id = await createJob({ epochs: 1 })
    await runAlarm(id)
    await runAlarm(id)
    expect((await getJob(id)).status).toBe('validating')
    breakD1('refused')
    expect((await request(`${api}/jobs/${id}`)).status).toBe(503)
  })
})

describe('for an unknown id', () => {
  const counted = () => vi.spyOn(Object.getPrototypeOf(env.TRAINING_JOBS), 'getByName')

  test.each(['garbage', 'x'.repeat(5_000), nobody, nobody.toUpperCase(), `${nobody}%00`, '%F0%9F%92%A9'])(
    'a read answers 404 and creates no object: %s',
    async (id) => {
      using asked = counted()
      for (const path of [`/jobs/${id}`, `/jobs/${id}/events`, `/jobs/${id}/history`, `/metrics/stream?job_id=${id}`]) {
        expect((await request(api + path)).status).toBe(404)
      }
      expect(asked).not.toHaveBeenCalled()
    },
  )

  test.each(['garbage', nobody.toUpperCase()])('a command answers 404 and creates no object: %s', async (id) => {
    using asked = counted()
    for (const command of ['pause', 'resume', 'cancel']) {
      expect((await post(`${api}/jobs/${id}/${command}`)).status).toBe(404)
    }
    expect((await request(`${api}/jobs/${id}`, { method: 'DELETE' })).status).toBe(404)
    expect(asked).not.toHaveBeenCalled()
  })
})

describe('jobs at rest are read without their object', () => {
  test.each(['pause', 'cancel'])('after a %s, also by an isolate that saw the job running', async (command) => {
    const id = await createJob()
    await runAlarm(id)
    await getJob(id)
    await post(`${api}/jobs/${id}/${command}`)
    using asked = vi.spyOn(Object.getPrototypeOf(env.TRAINING_JOBS), 'getByName')
    for (let i = 0; i < 5; i++) await getJob(id)
    expect(asked).not.toHaveBeenCalled()
  })
})
