import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { createParser } from 'eventsource-parser'
import type { Answered } from '../document.ts'
import type { Wire } from './request.ts'

/** An answer, with the part of a stream that was read. */
export type Received = Answered & {
  /** A stream's events; `null`: not a stream. */
  events: { id: string | undefined; data: string }[] | null
  /** Unix ms, with fractions. */
  sentMs: number
  answeredMs: number
}

/** Maximum milliseconds for an answer: a request that takes longer hangs. */
const ANSWER_MAX_MS = 15_000
/** Milliseconds and events after which reading a stream stops. */
const STREAM_MAX_MS = 400
const EVENTS_MAX = 3

export const nowMs = () => performance.timeOrigin + performance.now()

/** A client that sends requests unchanged, byte by byte. */
export function clientOf(port: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: 32 })

  async function send({ method, target, headers, body, isChunked }: Wire): Promise<Received> {
    const sentMs = nowMs()
    const outgoing = request({ host: '127.0.0.1', port, method, path: target, agent, timeout: ANSWER_MAX_MS })
    for (const [name, value] of headers) outgoing.appendHeader(name, bytesOf(value))
    if (isChunked) outgoing.setHeader('Transfer-Encoding', 'chunked')
    else if (body !== null) outgoing.setHeader('Content-Length', body.length)
    outgoing.on('timeout', () => outgoing.destroy(new Error(`No answer within ${ANSWER_MAX_MS} ms`)))
    const answer = await answerTo(outgoing, body)
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

/** Node writes a header's characters as single bytes: text beyond Latin-1 is sent as UTF-8. */
const bytesOf = (value: string) => (/[^ -\xff\t]/.test(value) ? Buffer.from(value).toString('latin1') : value)

export type Client = ReturnType<typeof clientOf>

function answerTo(outgoing: ClientRequest, body: Buffer | null): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    let answered = false
    outgoing.on('response', (answer) => {
      answered = true
      resolve(answer)
    })
    // If a body is rejected early, the connection breaks while the rest is being sent.
    outgoing.on('error', (error) => answered || reject(error))
    outgoing.end(body ?? undefined)
  })
}

async function readBody(answer: IncomingMessage) {
  const chunks: Buffer[] = []
  for await (const chunk of answer) chunks.push(chunk)
  const sent = Buffer.concat(chunks)
  // The platform compresses answers for clients that accept it.
  const bytes = answer.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent
  const body = bytes.length === 0 ? null : textOf(bytes, answer)
  return { body, events: null }
}

/** Text is UTF-8. Of a file and of an archive, each character is a byte. */
function textOf(bytes: Buffer, { headers }: IncomingMessage): string {
  const isBytes = headers['accept-ranges'] !== undefined || headers['content-type'] === 'application/zip'
  return isBytes ? bytes.toString('latin1') : new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
}

/** Reads the first events, then disconnects. */
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
