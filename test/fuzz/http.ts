import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { createParser } from 'eventsource-parser'
import type { Answered } from '../document.ts'
import type { Wire } from './request.ts'

/** An answer, and what of a stream was read of it. */
export type Received = Answered & {
  /** A stream's events; `null`: it is none. */
  events: { id: string | undefined; data: string }[] | null
  /** Unix ms, with fractions. */
  sentMs: number
  answeredMs: number
}

/** Milliseconds an answer may take: a request that takes longer hangs. */
const ANSWER_MAX_MS = 15_000
/** Milliseconds and events after which a stream has been seen enough of. */
const STREAM_MAX_MS = 400
const EVENTS_MAX = 3

export const nowMs = () => performance.timeOrigin + performance.now()

/** A client without opinions: what it is given it sends, byte by byte. */
export function clientOf(port: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: 32 })

  async function send({ method, target, headers, body, isChunked }: Wire): Promise<Received> {
    const sentMs = nowMs()
    const asked = request({ host: '127.0.0.1', port, method, path: target, agent, timeout: ANSWER_MAX_MS })
    for (const [name, value] of headers) asked.appendHeader(name, bytesOf(value))
    if (isChunked) asked.setHeader('Transfer-Encoding', 'chunked')
    else if (body !== null) asked.setHeader('Content-Length', body.length)
    asked.on('timeout', () => asked.destroy(new Error(`No answer within ${ANSWER_MAX_MS} ms`)))
    const answer = await answerTo(asked, body)
    const isStream = answer.headers['content-type']?.startsWith('text/event-stream') ?? false
    const read = isStream && method !== 'HEAD' ? await readEvents(answer) : await readBody(answer)
    const get = (name: string) => {
      const value = answer.headers[name.toLowerCase()]
      return value === undefined ? null : [value].flat().join(', ')
    }
    return { status: answer.statusCode ?? 0, headers: { get }, ...read, sentMs, answeredMs: nowMs() }
  }

  return { send, close: () => agent.destroy() }
}

/** Node writes a header's characters as single bytes: what has larger ones goes as UTF-8. */
const bytesOf = (value: string) => (/[^ -\xff\t]/.test(value) ? Buffer.from(value).toString('latin1') : value)

export type Client = ReturnType<typeof clientOf>

function answerTo(asked: ClientRequest, body: Buffer | null): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    let answered = false
    asked.on('response', (answer) => {
      answered = true
      resolve(answer)
    })
    // A body that is refused early breaks the connection under what is still being sent.
    asked.on('error', (error) => answered || reject(error))
    asked.end(body ?? undefined)
  })
}

async function readBody(answer: IncomingMessage) {
  const chunks: Buffer[] = []
  for await (const chunk of answer) chunks.push(chunk)
  const sent = Buffer.concat(chunks)
  // What the platform compresses on its way to a client that takes it.
  const bytes = answer.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent
  const body = bytes.length === 0 ? null : new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  return { body, events: null }
}

/** Reads the first events, and then goes. */
async function readEvents(answer: IncomingMessage) {
  const events: { id: string | undefined; data: string }[] = []
  let body = ''
  const parser = createParser({ onEvent: ({ id, data }) => events.push({ id, data }) })
  let isEnough = false
  const enough = setTimeout(() => {
    isEnough = true
    answer.destroy()
  }, STREAM_MAX_MS)
  try {
    for await (const chunk of answer) {
      const text = (chunk as Buffer).toString()
      body += text
      parser.feed(text)
      if (events.length >= EVENTS_MAX) break
    }
  } catch (error) {
    if (!isEnough) throw error
  } finally {
    clearTimeout(enough)
    answer.destroy()
  }
  return { body, events }
}
