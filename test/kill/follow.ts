import type { StreamEvent } from '../../src/jobs/rules/shown.ts'
import type { MortalServer } from './mortal-server.ts'

/** An event of a job's stream, and its id. */
export type Received = { id: string; data: StreamEvent }

/** Follows a job in delta mode to its end, through every kill of the server. `seen` collects the events. */
export async function follow(server: MortalServer, id: string, seen: Received[]): Promise<void> {
  for (;;) {
    const address = await server.address
    const { deaths } = server
    try {
      const last = seen.at(-1)?.id
      const url = new URL(`/api/v1/admin/training/metrics/stream?job_id=${id}&history=delta`, address)
      const response = await fetch(url, { headers: last === undefined ? {} : { 'Last-Event-ID': last } })
      if (response.status === 204) return
      if (response.status !== 200) throw new Error(`The stream was refused: ${await response.text()}`)
      if (response.body !== null) await read(response.body, seen)
    } catch (error) {
      if (deaths === server.deaths) throw error
    }
  }
}

async function read(body: ReadableStream<Uint8Array>, seen: Received[]): Promise<void> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of body) {
    const blocks = (text + decoder.decode(chunk, { stream: true })).split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks) {
      const [, id, data] = /^id: (.+)\ndata: (.+)$/m.exec(block) ?? []
      if (id !== undefined && data !== undefined) seen.push({ id, data: JSON.parse(data) })
    }
  }
}
