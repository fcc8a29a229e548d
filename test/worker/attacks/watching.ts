import { parseCursor } from '../../../src/jobs/object/watchers.ts'
import { IDLE_TICK_MS } from '../../../src/platform/limits.ts'
import { api, createJob, post, runAlarm, snapshotOf } from '../api.ts'
import { EventStream } from '../event-stream.ts'
import { pass } from '../play.ts'
import { asAdmin, ask } from './closed.ts'

/** A paused job: its streams are quiet, so that an hour of theirs is few events. Call while the Worker is open. */
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

/** A stream as soon as there is room for it: the object hears a moment later that another one was closed. */
export async function watchWhenThereIsRoom(id: string, headers: Record<string, string>): Promise<EventStream> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const response = await ask(streamOf(id), { headers })
    if (response.status === 200) return new EventStream(response)
  }
  throw new Error('There was no room')
}

/** Passes time in strides, as the object's timer falls due, so that what it asks D1 is answered in between. */
export async function passQuietly(id: string, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += IDLE_TICK_MS) await pass(id, Math.min(IDLE_TICK_MS, ms - passed))
}

/** Has something happen to a quiet job, and answers which of the streams show it; the others must have ended. */
export async function showNews(id: string, streams: EventStream[]): Promise<boolean[]> {
  for (const command of ['resume', 'pause']) {
    const response = await ask(`${api}/jobs/${id}/${command}`, { method: 'POST', headers: asAdmin })
    if (response.status !== 200) throw new Error(`The job was not told to ${command}: ${await response.text()}`)
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
