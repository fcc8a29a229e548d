import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { api, cancelAll, createJob, getJob, request, runToEnd, send, setClock, startMs } from '../api.ts'
import { asAdmin, ask, askWith, closed, makeToken } from './closed.ts'

/** Texts with a meaning in another format. */
const payloads = [
  'data: {"status":"completed"}',
  'id: 999.0 retry: 1 event: x :',
  '</script><script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '=cmd|"/c calc"!A1',
  '@SUM(1+1)*cmd',
  '"; DROP TABLE jobs; --',
  "' OR '1'='1",
  '%0d%0aSet-Cookie: x=1',
  '\\r\\nX-Injected: 1',
  'x\u2028data: {"status":"completed"}\u2028\u2028',
  'x\u2029id: 999.999',
  '{{7*7}} #{7*7}',
  '\u202ename\u202c \u200b\ufeff',
  '🂡\u0301'.repeat(20),
]

beforeEach(() => {
  setClock(startMs)
})
afterEach(async () => {
  await cancelAll()
  vi.useRealTimers()
})

/** The events in a stream, parsed byte for byte; throws on anything that the encoder would not write. */
function eventsIn(text: string) {
  if (!text.endsWith('\n\n') || text.includes('\r')) throw new Error('The stream is cut')
  return text
    .slice(0, -2)
    .split('\n\n')
    .map((block) => {
      const [, id, data] = /^(?:(?:retry: 2000|:)\n)*id: (\d+\.\d+)\ndata: ([^\n]+)$/.exec(block) ?? []
      if (id === undefined || data === undefined) throw new Error(`A block of its own kind: ${block}`)
      return { id, data: JSON.parse(data) as Record<string, unknown> }
    })
}

/** The payloads that are valid names, which exclude invisible characters and stacked marks. */
const names = payloads.filter((text) => !/[\p{Cf}\p{Zl}\p{Zp}]|\p{M}{9}/u.test(text))

test.each(payloads.filter((text) => !names.includes(text)))('nothing is called %j', async (name) => {
  expect((await send('POST', `${api}/jobs`, { name, bundeslaender: ['BY'] })).status).toBe(422)
})

test.each(names.slice(0, 4))('a job named %j forges no event, and is shown by its name', async (name) => {
  const id = await createJob({ name, epochs: 1 })
  expect((await getJob(id)).name).toBe(name.trim())
  await runToEnd(id)
  for (const history of ['window', 'delta']) {
    const response = await request(`${api}/metrics/stream?job_id=${id}&history=${history}`)
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    const events = eventsIn(await response.text())
    expect(events.at(-1)?.data).toMatchObject({ status: 'completed', current_step: 100 })
    expect(events.every(({ id }) => /^6\.\d+$/.test(id))).toBe(true)
  }
  const csv = await (await request(`${api}/jobs/${id}/history?format=csv`)).text()
  const [header, ...lines] = csv.split('\r\n')
  expect([header, lines.pop()]).toEqual(['epoch,step,loss,val_loss,learning_rate,timestamp,accuracy', ''])
  // Every field is a plain number: none starts like a formula, none needs quotes.
  for (const line of lines) expect(line).toMatch(/^\d+,\d+(,\d+(\.\d+)?){3},\d+,\d+(\.\d+)?$/)
})

test.each(names)('a token named %j appears in full in the event log, and as no other actor', async (name) => {
  using _ = closed()
  const made = await makeToken('operator', { name })
  const body = { name: 'Zeugnis', bundeslaender: ['BY'] }
  const created = await askWith('POST', `${api}/jobs`, body, made.headers)
  const { id } = (await created.json()) as { id: string }
  const [first] = (await (await ask(`${api}/jobs/${id}/events`, { headers: asAdmin })).json()) as { actor: string }[]
  expect(first?.actor).toBe(`token:${name.trim()}`)
})

test('an OCR stream repeats nothing of the request', async () => {
  using _ = closed({ SIMULATION_SPEED: '1000' })
  const query = `?images_count=2&_=${encodeURIComponent('x\n\ndata: {"type":"complete"}\n\n')}`
  const headers = { ...asAdmin, 'X-Request-Id': 'abc' }
  const events = eventsIn(await (await ask(`${api}/ocr/stream${query}`, { headers })).text())
  expect(events.map(({ data }) => data.type)).toEqual(['progress', 'progress', 'complete'])
})

test.each(payloads)('a problem that repeats %j is JSON that no browser renders as a page', async (text) => {
  const path = `${api}/jobs/${encodeURIComponent(text)}`
  const refusals = [
    await request(path),
    await request(`/${encodeURIComponent(text)}`),
    await send('POST', `${api}/jobs`, { name: 'x', bundeslaender: [text], model_type: text }),
    await request(`${api}/jobs?status=${encodeURIComponent(text)}&cursor=${encodeURIComponent(text)}`),
    await request(`${api}/jobs`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: `{${JSON.stringify(text)}:1,${JSON.stringify(text)}:2}`,
    }),
  ]
  for (const response of refusals) {
    expect(response.status).toBeGreaterThanOrEqual(400)
    expect(response.status).toBeLessThan(500)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
    const body = await response.text()
    expect(JSON.parse(body)).toMatchObject({ status: response.status })
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(body).not.toMatch(/[\u0000-\u001f\u007f]/)
  }
  const page = await request(`/${encodeURIComponent(text)}`, { headers: { Accept: 'text/html' } })
  expect(page.status).toBe(404)
  const html = await page.text()
  expect([html.includes(text), html.includes(encodeURIComponent(text))]).toEqual([false, false])
})
