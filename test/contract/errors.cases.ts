import { expect, inject, test } from 'vitest'
import { get, json, post, problem, remove, send } from './client.ts'

const valid = { name: 'Contract', bundeslaender: ['BY'] }

test.each([
  ['no name', { bundeslaender: ['BY'] }, ['body', 'name']],
  ['an empty name', { ...valid, name: '  ' }, ['body', 'name']],
  ['a name of 201 characters', { ...valid, name: 'x'.repeat(201) }, ['body', 'name']],
  ['a name with a line break inside', { ...valid, name: 'a\nb' }, ['body', 'name']],
  ['no Bundesland', { ...valid, bundeslaender: [] }, ['body', 'bundeslaender']],
  ['an unknown Bundesland', { ...valid, bundeslaender: ['BY', 'Preußen'] }, ['body', 'bundeslaender', 1]],
  ['an unknown model type', { ...valid, model_type: 'novel' }, ['body', 'model_type']],
  ['no epoch', { ...valid, epochs: 0 }, ['body', 'epochs']],
  ['101 epochs', { ...valid, epochs: 101 }, ['body', 'epochs']],
  ['half an epoch', { ...valid, epochs: 0.5 }, ['body', 'epochs']],
  ['a batch of 129', { ...valid, batch_size: 129 }, ['body', 'batch_size']],
  ['a learning rate of 0.2', { ...valid, learning_rate: 0.2 }, ['body', 'learning_rate']],
  ['10,001 warm-up steps', { ...valid, warmup_steps: 10_001 }, ['body', 'warmup_steps']],
  ['a weight decay of 1.1', { ...valid, weight_decay: 1.1 }, ['body', 'weight_decay']],
  ['a gradient accumulation of 33', { ...valid, gradient_accumulation: 33 }, ['body', 'gradient_accumulation']],
  ['a precision that is a word', { ...valid, mixed_precision: 'maybe' }, ['body', 'mixed_precision']],
  ['an array', [valid], ['body']],
  ['null', null, ['body']],
])('a job with %s is refused with the location', async (_, body, loc) => {
  const { total_jobs } = await json(get('/status'))
  const refused = await problem(send('POST', '/jobs', body))
  expect(refused).toMatchObject({ status: 422, errors: [{ loc, msg: expect.any(String), type: expect.any(String) }] })
  expect((await json(get('/status'))).total_jobs).toBe(total_jobs)
})

test('the error for an invalid Bundesland repeats it', async () => {
  const refused = await problem(send('POST', '/jobs', { ...valid, bundeslaender: ['Preußen'] }))
  expect(refused.detail).toContain('Preußen')
})

test('a body that is not JSON is 400, and one not declared as JSON 415', async () => {
  const headers = { 'Content-Type': 'application/json' }
  expect((await problem(get('/jobs', { method: 'POST', headers, body: '{"name":' }))).status).toBe(400)
  expect((await problem(get('/jobs', { method: 'POST', body: JSON.stringify(valid) }))).status).toBe(415)
  const form = { 'Content-Type': 'application/x-www-form-urlencoded' }
  expect((await problem(get('/jobs', { method: 'POST', headers: form, body: 'name=x' }))).status).toBe(415)
})

test.each(['declared', 'chunked'])('a body over 64 KiB is rejected before it is parsed (%s)', async (how) => {
  const text = JSON.stringify({ ...valid, note: 'x'.repeat(70_000) })
  const body = how === 'declared' ? text : new Blob([text]).stream()
  const init = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body, duplex: 'half' }
  expect((await problem(get('/jobs', init as RequestInit))).status).toBe(413)
})

test('unknown paths are 404, wrong methods 405 with Allow', async () => {
  expect((await problem(get('/nothing'))).status).toBe(404)
  const wrong = await get('/jobs', { method: 'PUT' })
  expect((await problem(wrong)).status).toBe(405)
  expect(wrong.headers.get('allow')?.split(', ').sort()).toEqual(['GET', 'HEAD', 'POST'])
})

test('a missing object is 404 with the text of the reference', async () => {
  for (const answer of [get('/jobs/x'), post('/jobs/x/pause'), post('/jobs/x/resume'), post('/jobs/x/cancel')]) {
    expect(await problem(answer)).toMatchObject({ status: 404, detail: 'Job not found' })
  }
  expect((await problem(remove('/jobs/x'))).detail).toBe('Job not found')
  expect((await problem(get('/metrics/stream?job_id=x'))).detail).toBe('Job not found')
  for (const answer of [get('/models/x'), post('/models/x/activate'), remove('/models/x')]) {
    expect(await problem(answer)).toMatchObject({ status: 404, detail: 'Model version not found' })
  }
})

test('health is outside the prefix and is never cached', async () => {
  const health = await fetch(`${inject('baseUrl')}/health`)
  expect(health.status).toBe(200)
  expect(health.headers.get('cache-control')).toBe('no-store')
})
