import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { wranglerEnv } from '../../scripts/local-wrangler.ts'

const program = fileURLToPath(new URL('server.ts', import.meta.url))
const migration = fileURLToPath(new URL('migrate.ts', import.meta.url))
const env = { ...wranglerEnv, CI: '1' }

/** Prepared parts of a server. */
export type Given = {
  /** A folder of static assets that are already built. */
  assets?: string
  /** The state of an earlier server, which is copied. */
  copyOf?: string
}

/** Creates a register in a folder, and runs the given files of SQL on it. */
export function migrate(state: string, ...files: string[]): void {
  const { status, stderr } = spawnSync(process.execPath, [migration, state, ...files], { env, encoding: 'utf8' })
  if (status !== 0) throw new Error(`The migrations failed: ${stderr}`)
}

/** The service in a separate process that can be killed, and restarted on the state that it left. */
export class MortalServer {
  /** The folder of its state. */
  readonly state: string
  readonly #vars: Record<string, string>
  readonly #assets: string | undefined
  #process: Child | null = null
  /** A process with its modules loaded, which is most of the time of a start. */
  #spare: Child
  #address = Promise.withResolvers<URL>()
  /** How many times it has been killed. */
  deaths = 0

  private constructor(state: string, vars: Record<string, string>, assets: string | undefined) {
    this.state = state
    this.#vars = vars
    this.#assets = assets
    this.#spare = this.#spawn()
  }

  /** A new server, with an empty register unless a state is given. */
  static async create(vars: Record<string, string>, { assets, copyOf }: Given = {}): Promise<MortalServer> {
    const state = await mkdtemp(join(tmpdir(), 'stellwerk-'))
    if (copyOf === undefined) migrate(state)
    else await cp(copyOf, state, { recursive: true })
    return new MortalServer(state, vars, assets)
  }

  /** Its address, once it serves. */
  get address(): Promise<URL> {
    return this.#address.promise
  }

  /** The root of its process tree; `undefined` while it is dead. */
  get pid(): number | undefined {
    return this.#process?.pid
  }

  async start(): Promise<void> {
    const child = this.#spare
    this.#process = child
    child.stdin.write('Begin\n')
    for await (const line of createInterface({ input: child.stdout })) {
      this.#address.resolve(new URL(line))
      this.#spare = this.#spawn()
      return
    }
    throw new Error('The server does not start')
  }

  /** Ends it as a power cut would. */
  async kill(): Promise<void> {
    if (this.#process === null) return
    this.#address = Promise.withResolvers<URL>()
    this.deaths++
    await end(this.#process)
    this.#process = null
  }

  /** Kills it and deletes its state. */
  async destroy(): Promise<void> {
    await this.kill()
    await end(this.#spare)
    await rm(this.state, { recursive: true, force: true })
  }

  /** Repeats a request until it is answered, across restarts. */
  async ask(path: string, init?: RequestInit): Promise<Response> {
    for (;;) {
      const address = await this.address
      const { deaths } = this
      try {
        const response = await fetch(new URL(path, address), init)
        const body = await response.arrayBuffer()
        // An answer from a dying server does not count.
        if (response.status < 500 || deaths === this.deaths)
          return new Response(body.byteLength ? body : null, response)
      } catch (error) {
        if (deaths === this.deaths) throw error
      }
    }
  }

  #spawn(): Child {
    const args = [program, this.state, JSON.stringify(this.#vars), ...(this.#assets ? [this.#assets] : [])]
    return spawn(process.execPath, args, { env, detached: true, stdio: ['pipe', 'pipe', 'ignore'] })
  }
}

type Child = ChildProcessByStdio<Writable, Readable, null>

/** Kills a process and its children, which form a process group. */
async function end(child: Child): Promise<void> {
  if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
  await once(child, 'exit')
}
