import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import type { Case, Json, Step } from './cases.ts'
import { difference, fillIn, type Variables, valueAt } from './values.ts'

/** The service that the cases are run against. Without tokens, it must grant access without a sign-in. */
export type Service = { url: string; token?: string | undefined; runnerToken?: string | undefined }

type Request = Pick<Step, 'request' | 'as' | 'headers'> & { content?: string | undefined }
type Answer = { status: number; body: Json }

/** Milliseconds between two requests of a step that is repeated. */
const AGAIN_MS = 100

/** Milliseconds after which a job that cannot be deleted is an error. */
const REMOVED_WITHIN_MS = 10_000

/** Runs a case, and deletes the jobs that it has created. @throws Error at the first step that is answered otherwise */
export async function runCase(service: Service, { steps }: Case): Promise<void> {
  const variables: Variables = new Map()
  const jobs: string[] = []
  try {
    for (const [i, step] of steps.entries()) {
      const { status, body } = await takeStep(service, step, variables).catch((error: Error) => {
        throw new Error(`Step ${i + 1}, ${step.request}: ${error.message}`)
      })
      if (step.request === 'POST /jobs' && status === 200) jobs.push(String(valueAt(body, 'id')))
    }
  } finally {
    for (const id of jobs) await removeJob(service, id)
  }
}

/** Why the cases cannot be run here; `null`: they can. A job that waits for a runner would be claimed by them. */
export async function whyUnfit(service: Service): Promise<string | null> {
  const { status, body } = await send(service, { request: 'GET /jobs?limit=200', as: 'operator' })
  if (status !== 200 || !Array.isArray(body)) return `GET /jobs is answered with ${status}: ${JSON.stringify(body)}`
  const waits = body.find((job) => valueAt(job, 'waiting_for') !== null)
  return waits === undefined
    ? null
    : `The job ${JSON.stringify(valueAt(waits, 'name'))} waits there, and would be claimed`
}

/** Sends a step's request until it is answered as expected, or the step's time is up. */
async function takeStep(service: Service, step: Step, variables: Variables): Promise<Answer> {
  for (const [name, value] of Object.entries(step.set ?? {})) variables.set(name, fillIn(value, variables))
  const request: Request = {
    request: String(fillIn(step.request, variables)),
    as: String(fillIn(step.as, variables)),
    headers: step.headers ?? {},
    content: step.body === undefined ? step.text : JSON.stringify(fillIn(step.body, variables)),
  }
  const expected = step.answer === undefined ? undefined : fillIn(step.answer, variables)
  const endMs = Date.now() + (step.within_s ?? 0) * 1_000
  for (;;) {
    const answer = await send(service, request)
    const wrong = whatIsWrong(answer, step.status, expected)
    if (wrong === null) {
      for (const [name, path] of Object.entries(step.keep ?? {})) variables.set(name, kept(answer, path))
      return answer
    }
    if (Date.now() >= endMs) throw new Error(`${wrong}. Answered: ${JSON.stringify(answer.body).slice(0, 1_000)}`)
    await sleep(AGAIN_MS)
  }
}

function whatIsWrong({ status, body }: Answer, expectedStatus: number, expected: Json | undefined): string | null {
  if (status !== expectedStatus) return `the status is ${status}, not ${expectedStatus}`
  return expected === undefined ? null : difference(expected, body)
}

function kept({ body }: Answer, path: string): Json {
  const value = valueAt(body, path)
  if (value === undefined) throw new Error(`there is no ${path} in the answer`)
  return value
}

async function send(service: Service, { request, as, headers = {}, content }: Request): Promise<Answer> {
  const [method = '', path = ''] = request.split(' ')
  const token = tokenOf(service, as)
  const body = content !== undefined && headers['Content-Encoding'] === 'gzip' ? gzipSync(content) : content
  const response = await fetch(`${service.url}/api/v1/admin/training${path}`, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(body === undefined ? {} : { body }),
  })
  const retryAfter = response.headers.get('Retry-After')
  if (response.status === 429 && retryAfter !== null) {
    // The limit of writes is a minute's; no case expects this.
    await sleep(Number(retryAfter) * 1_000)
    return send(service, { request, as, headers, content })
  }
  const text = await response.text()
  const isJson = response.headers.get('Content-Type')?.includes('json')
  return { status: response.status, body: isJson ? (JSON.parse(text) as Json) : text }
}

function tokenOf({ token, runnerToken }: Service, sender: string): string | undefined {
  switch (sender) {
    case 'operator':
      return token
    case 'runner':
      return runnerToken ?? token
    case 'nobody':
      return undefined
    default:
      return sender
  }
}

/** Ends a job, whatever its state, and deletes it, so that its slot is free for the next case. */
async function removeJob(service: Service, id: string): Promise<void> {
  const command = (method: string, path = '') =>
    send(service, { request: `${method} /jobs/${id}${path}`, as: 'operator' })
  await command('POST', '/cancel')
  await command('POST', '/give-up')
  const endMs = Date.now() + REMOVED_WITHIN_MS
  for (;;) {
    const { status, body } = await command('DELETE')
    if (status === 200 || status === 404) return
    if (Date.now() >= endMs) throw new Error(`The job ${id} cannot be deleted: ${JSON.stringify(body)}`)
    await sleep(AGAIN_MS)
  }
}
