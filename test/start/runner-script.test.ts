import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { LocalServer } from './local-server.ts'
import { Shell } from './shell-runner.ts'

const STEPS = 40
const allSteps = Array.from({ length: STEPS }, (_, step) => step)

let server: LocalServer
let shell: Shell
beforeAll(async () => {
  shell = await Shell.prepare()
  server = await LocalServer.start([])
})
afterAll(async () => {
  await server?.[Symbol.asyncDispose]()
  await shell[Symbol.asyncDispose]()
})
const runner = (name: string, url = `http://localhost:${server.port}`) => shell.run(name, url, STEPS)

const api = '/api/v1/admin/training'
// biome-ignore lint/suspicious/noExplicitAny: tests say what is in it
async function ask(method: string, path: string, body?: object): Promise<any> {
  const sent = body === undefined ? {} : { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }
  const answer = await server.ask(api + path, { method, ...sent })
  expect(answer.status, answer.body).toBe(200)
  return JSON.parse(answer.body)
}
const create = async (): Promise<string> =>
  (await ask('POST', '/jobs', { name: 'Shell', bundeslaender: ['BY'], trainer: 'runner' })).id
const stepsOf = async (id: string): Promise<number[]> =>
  (await ask('GET', `/jobs/${id}/history`)).points.map(({ step }: { step: number }) => step)

test('a runner in bash and curl is paused on one machine, and another one completes its job', async () => {
  const id = await create()
  await using first = runner('gpu-1')
  await expect.poll(() => stepsOf(id), { timeout: 60_000 }).toContain(3)
  expect(await ask('POST', `/jobs/${id}/pause`)).toMatchObject({ message: 'Pause requested' })
  expect(await first.ended(), first.output.lines.join('\n')).toBe(0)
  const paused = await ask('GET', `/jobs/${id}`)
  expect(paused).toMatchObject({ status: 'paused', requested: null, attempt: { runner: 'gpu-1', ended: 'paused' } })
  const done = await stepsOf(id)
  expect(done).toEqual(allSteps.slice(0, done.length))
  expect(done.length).toBeLessThan(STEPS)

  await ask('POST', `/jobs/${id}/resume`)
  await using second = runner('gpu-2')
  expect(await second.ended(), second.output.lines.join('\n')).toBe(0)
  await expect.poll(() => ask('GET', `/jobs/${id}`)).toMatchObject({ status: 'completed', progress: 100 })
  expect(await stepsOf(id)).toEqual(allSteps)
  const last = done.length - 1
  expect(await ask('GET', `/jobs/${id}/attempts`)).toMatchObject([
    { number: 1, runner: 'gpu-1', ended: 'paused', to_step: last, superseded_from: null },
    { number: 2, runner: 'gpu-2', ended: 'completed', resumed_from: { step: last }, from_step: last + 1 },
  ])
  expect(await ask('GET', `/jobs/${id}/output`)).toHaveLength(STEPS)
  expect(await ask('GET', '/models')).toMatchObject([{ job_id: id, is_active: true }])
})

test('pages of a proxy, whatever their status, stop no training, and the curve is complete', async () => {
  const id = await create()
  const pages = [410, 200, 403, 503]
  const proxy = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += chunk
    const status = body.includes('"step":2,') || request.url?.endsWith('/finish') ? pages.shift() : undefined
    if (status !== undefined) {
      response.writeHead(status, { 'Content-Type': 'text/html' }).end('<h1>Sign in to the network</h1>')
      return
    }
    const { method = 'GET', url = '' } = request
    const headers = { 'Content-Type': 'application/json', Authorization: request.headers.authorization ?? '' }
    if (request.headers.authorization === undefined) Reflect.deleteProperty(headers, 'Authorization')
    const answer = await server.ask(url, { method, headers, body })
    response.writeHead(answer.status, { 'Content-Type': String(answer.headers['content-type']) }).end(answer.body)
  }).listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  await using only = runner('gpu-1', `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`)
  expect(await only.ended(), only.output.lines.join('\n')).toBe(0)
  proxy.close()
  expect(pages).toEqual([])
  await expect.poll(() => ask('GET', `/jobs/${id}`)).toMatchObject({ status: 'completed' })
  expect(await stepsOf(id)).toEqual(allSteps)
})

test('the service itself does', async () => {
  const id = await create()
  await using only = runner('gpu-1')
  await expect.poll(() => stepsOf(id), { timeout: 60_000 }).toContain(1)
  await ask('POST', `/jobs/${id}/give-up`)
  expect(await only.ended()).toBe(1)
  expect(only.output.lines.at(-1)).toContain('"reason":"given-up"')
  expect(await ask('GET', `/jobs/${id}`)).toMatchObject({ status: 'queued', waiting_for: 'runner' })
})
