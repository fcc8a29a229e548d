import { refusalIn, type StreamRequest, streamRequest } from '../../src/jobs/object/open-stream.ts'
import type { WatchRefusal } from '../../src/jobs/rules/refusals.ts'
import { type Incarnation, within } from './incarnation.ts'

/** The client's side of a stream, or why it was refused: chunks until either side ends or dies. */
export type Connection = {
  status: number
  refusal: WatchRefusal | null
  read(): Promise<Uint8Array | null>
  cut(): void
  vanish(): void
}

/** Opens a stream of an object in memory. */
export async function connect(incarnation: Incarnation, asked: StreamRequest): Promise<Connection> {
  const client = new AbortController()
  const request = streamRequest(asked, client.signal)
  incarnation.streams.push({ client, request })
  const response = await within(incarnation, async () => {
    await incarnation.ready
    return incarnation.instance.fetch(request)
  })
  const refusal = await refusalIn(response)
  const reader = refusal === null ? response.body?.getReader() : undefined
  return {
    status: response.status,
    refusal,
    read: async () => {
      if (reader === undefined) return null
      const { done, value } = await within(incarnation, () => reader.read())
      if (incarnation.alive) incarnation.storage.gate()
      return done ? null : value
    },
    cut: () => client.abort(),
    vanish: () => {},
  }
}
