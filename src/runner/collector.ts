import { join } from 'node:path'
import type { Journal } from './journal.ts'
import { SHOWN_LINE_BYTES_MAX } from './limits.ts'
import { readLine } from './rules/lines.ts'
import type { Said } from './rules/outbox.ts'
import { names } from './supervisor.ts'
import { Tail } from './tail.ts'

type Stream = 'stdout' | 'stderr'

/** A line of output as it stands in a report. What is longer than the service keeps is cut. */
export const outputLine = (stream: Stream, text: string): string =>
  JSON.stringify({ stream, timestamp: Date.now(), text: text.slice(0, SHOWN_LINE_BYTES_MAX) })

/** A line of the runner's own. */
export const ownLine = (text: string): string => outputLine('stderr', `[runner] ${text}`)

/** Reads what the process writes into the journal. */
export class Collector {
  readonly #journal: Journal
  readonly #tails: Record<Stream, Tail>

  constructor(folder: string, journal: Journal) {
    const { at } = journal.state
    this.#journal = journal
    this.#tails = {
      stdout: new Tail(join(folder, names.stdout), at.stdout),
      stderr: new Tail(join(folder, names.stderr), at.stderr),
    }
  }

  /**
   * Reads what there is.
   *
   * @param isEnd the process has ended: the rest of its output is a line, too
   * @returns how many bytes there were
   */
  read(isEnd = false): number {
    const before = this.#journal.state.at
    const said: Said = {}
    const points: string[] = []
    const lines: string[] = []
    let step = this.#journal.state.said.step ?? 0
    for (const text of this.#tails.stdout.read(isEnd)) {
      const line = readLine(text)
      if (line.is === 'output') lines.push(outputLine('stdout', text))
      if (line.is === 'completed') said.completed = { ...said.completed, ...line.metrics }
      if (line.is !== 'metrics') continue
      step = line.step ?? step
      if (line.step !== null) said.step = step
      if (line.totalSteps !== null) said.totalSteps = line.totalSteps
      if (line.phase !== null) said.phase = line.phase
      const epoch = line.epoch === null ? {} : { epoch: line.epoch }
      if (Object.keys(line.metrics).length > 0)
        points.push(JSON.stringify({ step, timestamp: Date.now(), ...epoch, metrics: line.metrics }))
    }
    for (const text of this.#tails.stderr.read(isEnd)) lines.push(outputLine('stderr', text))
    const at = { stdout: this.#tails.stdout.offset, stderr: this.#tails.stderr.offset }
    const bytes = at.stdout - before.stdout + at.stderr - before.stderr
    if (bytes === 0) return 0
    this.#journal.add({ is: 'read', at, points, lines, said })
    return bytes
  }

  close(): void {
    this.#tails.stdout.close()
    this.#tails.stderr.close()
  }
}
