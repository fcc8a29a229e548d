import { expect } from 'vitest'
import { parseCursor } from '../../src/jobs/object/frames.ts'
import type { HistoryPoint } from '../../src/jobs/rules/shown.ts'
import { isFinal, type JobStatus } from '../../src/shared/job-status.ts'
import { api, request } from './api.ts'
import { EventStream, type Received } from './event-stream.ts'

/** Follows one job in delta mode, over as many connections as it takes. */
export class Follower {
  readonly id: string
  readonly events: Received[] = []
  #stream: EventStream | null = null
  #reading: Promise<void> = Promise.resolve()

  constructor(id: string) {
    this.id = id
  }

  /** Reconnects after the last event. @returns the status: 200 while there are further events */
  async connect(): Promise<number> {
    await this.disconnect()
    const last = this.events.at(-1)?.id
    const headers: HeadersInit = last === undefined ? {} : { 'Last-Event-ID': last }
    const response = await request(`${api}/metrics/stream?job_id=${this.id}&history=delta`, { headers })
    if (response.status === 200) {
      this.#stream = new EventStream(response)
      this.#reading = this.#read(this.#stream)
    } else {
      await response.body?.cancel()
    }
    return response.status
  }

  /** Follows to the end of the job. */
  async finish(): Promise<void> {
    while ((await this.connect()) === 200) await this.#reading
  }

  async disconnect(): Promise<void> {
    // A broken stream cannot be cancelled.
    await this.#stream?.cancel().catch(() => {})
    await this.#reading
    this.#stream = null
  }

  /** Ids strictly ascend, each point came once and in order, steps never decreased, and a final status did not change. */
  expectContinuous(): void {
    const ids = this.events.map(({ id }) => rankOf(id))
    expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b))
    const steps = this.#shown.flatMap((data) => (data.history as HistoryPoint[]).map((point) => point.step))
    expect(steps).toEqual(steps.map((_, i) => i))
    const reached = this.#shown.map((data) => data.current_step as number)
    expect(reached).toEqual(reached.toSorted((a, b) => a - b))
    const statuses = this.#shown.map((data) => data.status as JobStatus)
    const end = statuses.findIndex(isFinal)
    if (end >= 0) expect(statuses.slice(end)).toEqual(statuses.slice(end).fill(statuses[end] as JobStatus))
  }

  /** The number of history points received. */
  get points(): number {
    return this.#shown.reduce((sum, { history }) => sum + (history as HistoryPoint[]).length, 0)
  }

  /** The data of the events, without the one about a deletion. */
  get #shown() {
    return this.events.map(({ data }) => data).filter((data) => !('error' in data))
  }

  async #read(stream: EventStream): Promise<void> {
    try {
      for (let event = await stream.event(); event !== null; event = await stream.event()) this.events.push(event)
    } catch {
      // Broken: the next connection resumes after the last event.
    }
  }
}

const rankOf = (id: string): number => {
  const { revision, points } = parseCursor(id)
  return revision * 1e6 + points
}
