import { beforeEach, expect, test } from 'vitest'
import { api, cancelAll, request, send, setClock, startMs } from './api.ts'

beforeEach(async () => {
  setClock(startMs)
  await cancelAll()
})

const typo = { name: 'Typo', bundeslaender: ['BY'], epoch: 50, learningRate: 0.01 }
const unknown = (field: string) => ({
  loc: ['body', field],
  msg: expect.stringMatching(/^Unknown field; expected one of name, model_type, .*\bepochs\b/),
  type: 'unknown_field',
})

test('a job is created in spite of unknown fields, and the answer names each of them', async () => {
  const answer = await send('POST', `${api}/jobs`, typo)
  expect([answer.status, await answer.json()]).toEqual([
    200,
    {
      id: expect.any(String),
      status: 'queued',
      message: 'Training job created',
      warnings: [unknown('epoch'), unknown('learningRate')],
    },
  ])
})

test('without unknown fields the answer is that of the reference: three fields', async () => {
  const answer = await send('POST', `${api}/jobs?strict=true`, { name: 'Right', bundeslaender: ['BY'] })
  expect([answer.status, Object.keys(await answer.json())]).toEqual([200, ['id', 'status', 'message']])
})

test('with strict=true an unknown field is refused, and no job is created', async () => {
  const { total_jobs } = await (await request(`${api}/status`)).json<{ total_jobs: number }>()
  const answer = await send('POST', `${api}/jobs?strict=true`, typo)
  expect([answer.status, await answer.json()]).toMatchObject([
    422,
    {
      errors: [unknown('epoch'), unknown('learningRate')],
      detail: expect.stringContaining('body.epoch: Unknown field'),
    },
  ])
  expect(await (await request(`${api}/status`)).json()).toMatchObject({ total_jobs })
})

test('many unknown fields, or long ones, do not make a long answer', async () => {
  const many = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`${'x'.repeat(60)}${at}`, at]))
  const { warnings } = await (await send('POST', `${api}/jobs`, { ...typo, ...many })).json<{
    warnings: { loc: string[] }[]
  }>()
  expect(warnings).toHaveLength(100)
  expect(Math.max(...warnings.map(({ loc }) => loc[1]?.length ?? 0))).toBe(30)
})

test.each([
  ['PUT', `${api}/dataset/documents`, { documents: [], replace: true }, ['body', 'replace']],
  [
    'PUT',
    `${api}/dataset/documents`,
    {
      documents: [
        {
          id: 'a',
          title: 'A',
          bundesland: 'BY',
          doc_type: 'erlass',
          chunks: 1,
          training_allowed: true,
          source_ulr: 'x',
        },
      ],
    },
    ['body', 'documents', 0, 'source_ulr'],
  ],
  [
    'POST',
    '/api/v1/admin/tokens',
    { name: 'ci', role: 'viewer', expires: '2041-01-01T00:00:00Z' },
    ['body', 'expires'],
  ],
  ['POST', '/session', { token: 'x', remember: true }, ['body', 'remember']],
  ['POST', `${api}/reconcile`, { page: 2 }, ['body', 'page']],
] as const)(
  '%s %s, which the reference does not have, refuses an unknown field: a typo must not be a default',
  async (method, path, body, loc) => {
    const answer = await send(method, path, body)
    expect(answer.status).toBe(422)
    const { errors } = await answer.json<{ errors: { loc: unknown[]; type: string }[] }>()
    expect(errors).toContainEqual({ loc, msg: 'Unknown field', type: 'unknown_field' })
  },
)
