import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readJson, writeJson } from './files.ts'
import { identityOf, signalGroup } from './identity.ts'
import type { Exit } from './rules/outcome.ts'
import { type Known, names, type Order } from './supervisor.ts'

/** The training process, as its folder tells of it: the runner that looks need not be the one that has started it. */
export class Training {
  readonly #folder: string
  #wasLaunched = false
  /** A supervisor of this runner that has ended without a word. */
  #failure: string | null = null

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Whether it was ever started. */
  get isStarted(): boolean {
    return this.#wasLaunched || existsSync(join(this.#folder, names.claim))
  }

  /** Starts it, unless that was done. @throws when the disk is full */
  start(order: Order): void {
    if (this.isStarted) return
    writeJson(join(this.#folder, names.order), order)
    const program = process.argv[1] ?? ''
    const supervisor = spawn(process.execPath, [program, '--supervise', this.#folder], {
      detached: true,
      stdio: 'ignore',
      env: order.env,
    })
    supervisor.on('error', (error) => (this.#failure = error.message))
    supervisor.on('exit', (status) => (this.#failure ??= `its supervisor ended with status ${status}`))
    supervisor.unref()
    this.#wasLaunched = true
  }

  /** The process's group; `null`: it has not started yet, or has ended. */
  get group(): number | null {
    const known = this.#process
    if (known === null || this.#hasExit) return null
    // A number may have been given to somebody else since, unless one of the two is there to hold it.
    const supervisor = readJson<Known>(join(this.#folder, names.claim))
    return isAlive(known) || (supervisor !== null && isAlive(supervisor)) ? known.pid : null
  }

  /** How it ended; `null`: it runs, or is about to. */
  exit(): Exit | null {
    const exit = readJson<Exit>(join(this.#folder, names.exit))
    if (exit !== null) return exit
    const supervisor = readJson<Known>(join(this.#folder, names.claim))
    if (supervisor === null) return this.#failure === null ? null : { status: null, signal: null, error: this.#failure }
    if (isAlive(supervisor)) return null
    // It may have written its last words since.
    const last = readJson<Exit>(join(this.#folder, names.exit))
    if (last !== null) return last
    // Killed, or the machine was restarted. The process itself may have survived its supervisor.
    const known = this.#process
    return known !== null && isAlive(known) ? null : { status: null, signal: null }
  }

  /** @returns whether there was anything to send it to */
  signal(signal: NodeJS.Signals): boolean {
    const { group } = this
    return group !== null && signalGroup(group, signal)
  }

  get #process(): Known | null {
    return readJson<Known>(join(this.#folder, names.process))
  }

  get #hasExit(): boolean {
    return existsSync(join(this.#folder, names.exit))
  }
}

/** Whether a process is the one that was written down. */
const isAlive = ({ pid, identity }: Known): boolean => identity !== null && identityOf(pid) === identity
