import { fetchEventSource } from '@microsoft/fetch-event-source'
import { EventSource } from 'eventsource'
import { EventSourceParserStream } from 'eventsource-parser/stream'

/** One message as a reader delivers it. */
export type Message = { id: string; data: string }

/** Reads a stream to its end. Rejects when the reader reports an error. */
export type Read = (url: string, fetch: typeof globalThis.fetch) => Promise<Message[]>

/** The HTML standard's rules, as built into browsers. */
const readAsBrowser: Read = (url, fetch) =>
  new Promise((resolve, reject) => {
    const messages: Message[] = []
    const source = new EventSource(url, { fetch: (input, init) => fetch(input, init as RequestInit) })
    source.onmessage = ({ lastEventId, data }) => messages.push({ id: lastEventId, data })
    // The end of a stream is an error as well, without a message, after which the reader would reconnect.
    source.onerror = ({ message }) => {
      source.close()
      if (message === undefined) resolve(messages)
      else reject(new Error(message))
    }
  })

/** Used by pages that must send an `Authorization` header. It delivers every block, even one without data. */
const readWithHeaders: Read = async (url, fetch) => {
  using _ = pageGlobals()
  const messages: Message[] = []
  await fetchEventSource(url, {
    fetch,
    openWhenHidden: true,
    onmessage: ({ id, data }) => messages.push({ id, data }),
    onerror: (error) => {
      throw error
    },
  })
  return messages
}

/** The parser of most Node programs and of this project's client. */
const readAsProgram: Read = async (url, fetch) => {
  const { body } = await fetch(url)
  if (body === null) throw new Error('No stream')
  const messages: Message[] = []
  const events = body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream({ onError: 'terminate' }))
  for await (const { id = '', data } of events) messages.push({ id, data })
  return messages
}

export const readers: [name: string, read: Read][] = [
  ['eventsource', readAsBrowser],
  ['@microsoft/fetch-event-source', readWithHeaders],
  ['eventsource-parser', readAsProgram],
]

/** Provides the globals that a reader for pages expects, until the end of the scope. */
function pageGlobals(): Disposable {
  const globals = globalThis as Record<string, unknown>
  Object.assign(globals, { window: globalThis, document: new EventTarget() })
  return {
    [Symbol.dispose]: () => {
      delete globals.window
      delete globals.document
    },
  }
}
