import type { HistoryMode } from '../../src/jobs/rules/describe.ts'
import type { Connection } from './connection.ts'
import type { Held, PointsEvent } from './held.ts'
import type { Objects } from './objects.ts'
import type { World } from './world.ts'

type Event = {
  status?: string
  error?: string
  current_step: number
  progress: number
  more?: true
} & PointsEvent

/**
 * A client of one job's stream, like an `EventSource` that never gives up: it reconnects after its last event until the
 * server answers 204. It stalls, vanishes and disconnects at random, and checks the promises to watchers.
 */
export class Watcher {
  readonly jobId: string
  readonly mode: HistoryMode
  /** The broken promise; `null`: none so far. */
  broken: string | null = null
  /** Whether the server answered 204, or said that the job is gone. */
  ended: 'seen all' | 'job gone' | null = null
  sawFinal = false
  readonly steps: number[] = []
  /** Of a job that runners train, what it holds. */
  readonly held: Held
  readonly readings: { atMs: number; step: number; status: string }[] = []
  #cursor: [revision: number, points: number] | null = null
  readonly #world: World
  readonly #objects: Objects

  constructor(world: World, objects: Objects, jobId: string, mode: HistoryMode, held: Held) {
    this.#world = world
    this.#objects = objects
    this.jobId = jobId
    this.mode = mode
    this.held = held
  }

  async watch(): Promise<void> {
    while (this.ended === null && this.broken === null) {
      try {
        await this.#connect()
      } catch {
        // The connection was lost: reconnect, like EventSource.
      }
      await this.#world.delay(2_000)
    }
  }

  async #connect(): Promise<void> {
    const after = this.#cursor?.join('.') ?? null
    const connection = await this.#objects.open({ id: this.jobId, mode: this.mode, after, credential: null })
    if (connection.status === 204) this.ended = 'seen all'
    else if (connection.refusal?.reason === 'not_found') this.ended = 'job gone'
    else if (connection.refusal?.reason === 'unknown_cursor')
      this.broken = `the server does not know its own cursor ${after}`
    else if (connection.status === 200) await this.#read(connection)
  }

  async #read(connection: Connection): Promise<void> {
    const decoder = new TextDecoder()
    let text = ''
    for (;;) {
      if (this.#world.strikes('watcher-stalls', 0.02)) await this.#world.delay(this.#world.random.int(1_000, 90_000))
      if (this.#world.strikes('watcher-vanishes', 0.01)) return connection.vanish()
      const chunk = await connection.read()
      if (chunk === null) return
      const cut = this.#world.strikes('watcher-cut', 0.02)
      const received = cut ? chunk.subarray(0, this.#world.random.int(0, chunk.length)) : chunk
      text += decoder.decode(received, { stream: true })
      const blocks = text.split('\n\n')
      text = blocks.pop() ?? ''
      for (const block of blocks) this.#take(block)
      if (cut) return connection.cut()
    }
  }

  #take(block: string): void {
    const match = /^(?:retry: \d+\n)?(?::\n)*id: (\d+)\.(\d+)\ndata: (.+)$/.exec(block)
    if (match === null) return
    const [revision, points] = [Number(match[1]), Number(match[2])]
    const event: Event = JSON.parse(match[3] ?? '')
    const [lastRevision, lastPoints] = this.#cursor ?? [0, -1]
    const ascends = revision > lastRevision || (revision === lastRevision && points > lastPoints)
    if (!ascends) this.#break(`id ${revision}.${points} after ${lastRevision}.${lastPoints}`)
    this.#cursor = [revision, points]
    if (event.error !== undefined) {
      this.ended = 'job gone'
      return
    }
    const status = event.status ?? ''
    this.readings.push({ atMs: this.#world.nowMs, step: event.current_step, status })
    if (this.sawFinal && event.more === undefined) this.#break('an event after the final one')
    if (['completed', 'failed', 'cancelled'].includes(status) && event.more === undefined) this.sawFinal = true
    if (this.mode === 'window') return
    if (event.rewind !== undefined || event.history.some(({ metrics }) => metrics?.n !== undefined)) {
      const wrong = this.held.take(event)
      if (wrong !== null) this.#break(`promise 8: ${wrong}`)
      return
    }
    for (const { step } of event.history) {
      if (step !== this.steps.length) this.#break(`point ${step} where ${this.steps.length} was due`)
      this.steps.push(step)
    }
  }

  #break(what: string): void {
    this.broken ??= `watcher (${this.mode}) of ${this.jobId.slice(0, 4)}: ${what}`
  }
}
