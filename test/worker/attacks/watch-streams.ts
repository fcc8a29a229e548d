import { parseCursor } from '../../../src/jobs/object/frames.ts'
import { IDLE_TICK_MS } from '../../../src/platform/limits.ts'
import { api, createJob, post, runAlarm, snapshotOf } from '../api.ts'
import { EventStream } from '../event-stream.ts'
import { advance } from '../fake-time.ts'
import { asAdmin, ask } from './closed.ts'

/** A paused job, whose streams have few events in an hour. Call while the Worker is open. */
export async function quietJob(): Promise<string> {
  const id = await createJob()
  await runAlarm(id)
  await post(`${api}/jobs/${id}/pause`)
  return id
}

export const streamOf = (id: string) => `${api}/metrics/stream?job_id=${id}`

export async function watch(id: string, headers: Record<string, string>): Promise<EventStream> {
  const response = await ask(streamOf(id), { headers })
  if (response.status !== 200) throw new Error(`The stream was refused: ${await response.text()}`)
  return new EventStream(response)
}

/** A stream as soon as one is allowed: the object learns a moment later that another one was closed. */
export async function watchWhenPossible(id: string, headers: Record<string, string>): Promise<EventStream> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const response = await ask(streamOf(id), { headers })
    if (response.status === 200) return new EventStream(response)
  }
  throw new Error('There was no room')
}

/** Advances from timer to timer of the object, so that D1 can answer its queries in between. */
export async function advanceQuietly(id: string, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += IDLE_TICK_MS) await advance(id, Math.min(IDLE_TICK_MS, ms - passed))
}

/** Changes a quiet job. @returns which of the streams show it; the others must have ended */
export async function streamsShowingChange(id: string, streams: EventStream[]): Promise<boolean[]> {
  for (const command of ['resume', 'pause']) {
    const response = await ask(`${api}/jobs/${id}/${command}`, { method: 'POST', headers: asAdmin })
    if (response.status !== 200) throw new Error(`The job refused to ${command}: ${await response.text()}`)
  }
  const revision = (await snapshotOf(id))?.revision ?? 0
  return Promise.all(streams.map((stream) => shows(stream, revision)))
}

async function shows(stream: EventStream, revision: number): Promise<boolean> {
  for (let event = await stream.event(); event !== null; event = await stream.event()) {
    if (parseCursor(event.id).revision >= revision) return true
  }
  return false
}

export const cancelStreams = (streams: EventStream[]) => Promise.all(streams.map((stream) => stream.cancel()))
