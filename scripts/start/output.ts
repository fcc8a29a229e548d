import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { stripVTControlCharacters } from 'node:util'

/** Begins the request ids of this script's own requests, whose log lines nobody needs to see. */
export const OWN_REQUEST = 'npm-start-'

/** An error or warning of wrangler: this line, and those below that are blank or indented. */
const report = /^(?:✘ \[ERROR\]|▲ \[WARNING\]) (.*)/

/** Reports that do not help: `npm start` fires the cron trigger, and of a failed build there is another report. */
const useless = /^Scheduled Workers are not automatically triggered|\[Error\]: Process exited with non-zero status/

/** A line of the dashboard's build. */
const build = /^\[custom build\] ?(.*)/

/** What wrangler prints of its own work; its line about a request repeats the Worker's. */
const routine = /^(\[wrangler:(info|log|debug)\]|⎔|🪵|\s*$)/u

const isOwn = (line: string) => line.includes(`"request_id":"${OWN_REQUEST}`)

/**
 * Decides which lines of one of wrangler's outputs are shown: the Worker's own, errors and warnings, of a build only why it
 * failed, and once the server runs whatever is not routine.
 */
export class Filter {
  /** Whether the report that the last line belongs to is shown; `null` outside of one. */
  #showsReport: boolean | null = null
  #buildFailed = false

  shows(coloured: string, isServing: boolean): boolean {
    const line = stripVTControlCharacters(coloured)
    const [, text] = report.exec(line) ?? []
    if (text !== undefined) this.#showsReport = !useless.test(text) && !isOwn(text)
    else if (!/^(\s*$| {2})/.test(line)) this.#showsReport = null
    if (this.#showsReport !== null) return this.#showsReport
    const [, built] = build.exec(line) ?? []
    if (built !== undefined) return this.#showsOfBuild(built)
    if (line.startsWith('{"level":')) return !isOwn(line)
    return isServing && !routine.test(line)
  }

  /** From the line that says that it failed to the stack trace. */
  #showsOfBuild(line: string): boolean {
    if (line.startsWith('✗')) this.#buildFailed = true
    if (/^( {4}at |Running: )/.test(line)) this.#buildFailed = false
    return this.#buildFailed && line !== ''
  }
}

/** Keeps a server's whole output in a file, and shows what the filter lets through. */
export class ServerOutput {
  isServing = false
  readonly #file: number

  /** @param path the file; it is overwritten, and only its owner can read it */
  constructor(path: string) {
    mkdirSync(dirname(path), { recursive: true })
    this.#file = openSync(path, 'w', 0o600)
  }

  add(from: Readable, to: NodeJS.WritableStream): void {
    const filter = new Filter()
    createInterface({ input: from }).on('line', (line) => {
      writeSync(this.#file, `${stripVTControlCharacters(line)}\n`)
      if (filter.shows(line, this.isServing)) to.write(`${line}\n`)
    })
  }

  close(): void {
    closeSync(this.#file)
  }
}
