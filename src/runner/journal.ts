import { closeSync, fstatSync, ftruncateSync, writeSync } from 'node:fs'
import { openToAppend, readIfThere, writeWhole } from './files.ts'
import { JOURNAL_BYTES_MAX } from './limits.ts'
import { apply, type Entry, emptyState, type State, thin } from './rules/outbox.ts'
import type { Say } from './say.ts'

/** What waits to be reported, in memory and in a file that is only appended to. */
export class Journal {
  state: State
  /** Points and lines that were added since this runner began. */
  added: number
  readonly #path: string
  readonly #say: Say
  #file: number | null = null
  #bytes = 0
  /** The file lacks entries, since the disk was full. */
  #isBehind = false

  /** @param taken the last report that the service has taken, for an attempt without a journal */
  constructor(path: string, taken: number, say: Say) {
    this.#path = path
    this.#say = say
    this.state = emptyState(taken)
    const text = readIfThere(path) ?? ''
    for (const line of text.split('\n')) {
      const entry = parse(line)
      // The last line of a runner that was killed, and nothing after it, may be torn.
      if (entry === null) break
      this.state = apply(this.state, entry)
    }
    this.added = this.#waiting
    this.#rewrite()
  }

  /** How many of those were taken, or left out. */
  get told(): number {
    return this.added - this.#waiting
  }

  get #waiting(): number {
    return this.state.points.length + this.state.lines.length
  }

  /** Adds an entry. It is in the file when this returns, unless the disk is full. */
  add(entry: Entry): void {
    this.state = apply(this.state, entry)
    if (entry.is === 'read') this.added += entry.points.length + entry.lines.length
    if (entry.is === 'refused') this.added++
    if (entry.is === 'read' && thin(this.state)) {
      this.#say('thinned', 'Too much waits to be reported: the oldest points and lines are left out')
      this.#rewrite()
      return
    }
    this.#append(`${JSON.stringify(entry)}\n`)
    if (this.#isBehind || (entry.is === 'taken' && this.#bytes > JOURNAL_BYTES_MAX)) this.#rewrite()
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file)
    this.#file = null
  }

  #append(text: string): void {
    if (this.#isBehind) return
    try {
      this.#file ??= openToAppend(this.#path)
      const size = fstatSync(this.#file).size
      try {
        writeAll(this.#file, text)
      } catch (error) {
        // Half an entry would hide those after it.
        ftruncateSync(this.#file, size)
        throw error
      }
      this.#bytes += text.length
    } catch (error) {
      this.#fail(error)
    }
  }

  /** Writes the state in place of all entries. */
  #rewrite(): void {
    const text = `${JSON.stringify({ is: 'all', state: this.state } satisfies Entry)}\n`
    try {
      writeWhole(this.#path, text)
      this.close()
      this.#bytes = text.length
      if (this.#isBehind) this.#say('disk', 'The disk has room again')
      this.#isBehind = false
    } catch (error) {
      this.#fail(error)
    }
  }

  #fail(error: unknown): void {
    if (!this.#isBehind)
      this.#say('disk', `What waits to be reported cannot be written down, and is kept in memory: ${String(error)}`)
    this.#isBehind = true
  }
}

function parse(line: string): Entry | null {
  try {
    return JSON.parse(line) as Entry
  } catch {
    return null
  }
}

function writeAll(file: number, text: string): void {
  const bytes = Buffer.from(text)
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done)
}
