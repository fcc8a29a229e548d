import { EventEmitter, once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'

/** The output of a process, by lines. */
export class Output {
  readonly lines: string[] = []
  readonly #more = new EventEmitter()

  constructor(...streams: Readable[]) {
    for (const input of streams) {
      createInterface({ input }).on('line', (line) => {
        this.lines.push(line)
        this.#more.emit('line')
      })
    }
  }

  /** Resolves with the first line that matches. */
  async line(pattern: RegExp): Promise<string> {
    for (;;) {
      const found = this.lines.find((line) => pattern.test(line))
      if (found !== undefined) return found
      await once(this.#more, 'line')
    }
  }
}
