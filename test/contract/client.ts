import { EventSource } from 'eventsource'
import { expect, inject, vi } from 'vitest'
import { checkAnswer, checkEvent } from './document.ts'

/** The address of the API under test. */
export const api = `${inject('baseUrl')}/api/v1/admin/training`

const plainFetch = globalThis.fetch

/** Every answer in this suite must fit the service's own document. */
vi.stubGlobal('fetch', async (input: string | URL | Request, init?: RequestInit) => {
  const request = new Request(input, init)
  const response = await plainFetch(request)
  await checkAnswer(request.method, new URL(request.url), response)
  return response
})

export const get = (path: string, init?: RequestInit) => fetch(api + path, init)
export const post = (path: string) => fetch(api + path, { method: 'POST' })
export const remove = (path: string) => fetch(api + path, { method: 'DELETE' })
export const send = (method: string, path: string, body: unknown) =>
  fetch(api + path, { method, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })

// biome-ignore lint/suspicious/noExplicitAny: a black box answers whatever it answers; the expectations say what it must be
export type Json = any
export const json = async (response: Response | Promise<Response>): Promise<Json> => (await response).json()

const created: string[] = []

/** Creates a job that must be accepted; `cleanUp` removes it. */
export async function createJob(config: Record<string, unknown> = {}): Promise<string> {
  const response = await send('POST', '/jobs', { name: 'Contract', bundeslaender: ['BY'], epochs: 1, ...config })
  expect(response.status).toBe(200)
  const { id } = await json(response)
  created.push(id)
  return id
}

/** Cancels and deletes the created jobs, so that the next test finds the slot free. */
export async function cleanUp(): Promise<void> {
  for (const id of created.splice(0)) {
    await post(`/jobs/${id}/cancel`)
    await remove(`/jobs/${id}`)
  }
}

/** The status and detail of a refusal, which must be a problem document. */
export async function problem(response: Response | Promise<Response>): Promise<Json> {
  const answer = await response
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  const body = await json(answer)
  expect(body).toMatchObject({ type: expect.any(String), title: expect.any(String), status: answer.status })
  expect(body.instance).toBe(new URL(answer.url).pathname)
  return body
}

/** One message as a plain `EventSource` receives it. */
export type Message = { id: string; data: Json }

/**
 * Listens like a browser until the server ends the stream with 204.
 *
 * @param until ends it earlier: when it returns true for a message
 */
export function listen(path: string, until: (message: Message) => boolean = () => false): Promise<Message[]> {
  return new Promise((resolve, reject) => {
    const messages: Message[] = []
    const url = new URL(api + path)
    const fail = (error: unknown) => {
      source.close()
      reject(error)
    }
    const source = new EventSource(url, {
      async fetch(input, init) {
        const response = await plainFetch(input, init)
        await checkAnswer('GET', url, response).catch(fail)
        return response
      },
    })
    const end = () => {
      source.close()
      resolve(messages)
    }
    source.onmessage = ({ lastEventId, data }) => {
      const message = { id: lastEventId, data: JSON.parse(data) }
      messages.push(message)
      try {
        checkEvent(url, message.data)
        if (until(message)) end()
      } catch (error) {
        fail(error)
      }
    }
    source.onerror = () => {
      if (source.readyState === EventSource.CLOSED) end()
    }
  })
}
