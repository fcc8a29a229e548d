import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { wrangler, wranglerEnv } from '../../scripts/local-wrangler.ts'

const program = fileURLToPath(new URL('server.ts', import.meta.url))
const env = { ...wranglerEnv, CI: '1', CLOUDFLARE_CF_FETCH_ENABLED: 'false' }

/** What a server need not make for itself. */
export type Given = {
  /** A folder of static assets, built already. */
  assets?: string
  /** A state that a server has left, to begin with a copy of. */
  copyOf?: string
}

/** Makes an empty register in a folder. */
export function migrate(state: string): void {
  const command = [wrangler, 'd1', 'migrations', 'apply', 'DB', '--local', `--persist-to=${state}`]
  const { status, stderr } = spawnSync(process.execPath, command, { env, encoding: 'utf8' })
  if (status !== 0) throw new Error(`The migrations failed: ${stderr}`)
}

/** The service in a process of its own that can be killed, and started again on what it left behind. */
export class MortalServer {
  /** The folder that it leaves its state in. */
  readonly state: string
  readonly #vars: Record<string, string>
  readonly #assets: string | undefined
  #process: Child | null = null
  /** Loaded already, as that takes longer than all the rest of a start. */
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

  /** A server that has never run, with an empty register unless it is given a state. */
  static async create(vars: Record<string, string>, { assets, copyOf }: Given = {}): Promise<MortalServer> {
    const state = await mkdtemp(join(tmpdir(), 'stellwerk-'))
    if (copyOf === undefined) migrate(state)
    else await cp(copyOf, state, { recursive: true })
    return new MortalServer(state, vars, assets)
  }

  /** Where it serves, as soon as it does. */
  get address(): Promise<URL> {
    return this.#address.promise
  }

  /** The process that all of it runs in, or in a child of; `undefined` while it is dead. */
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

  /** Kills it, and forgets its state. */
  async destroy(): Promise<void> {
    await this.kill()
    await end(this.#spare)
    await rm(this.state, { recursive: true, force: true })
  }

  /** Asks until there is an answer, through as many lives as that takes. */
  async ask(path: string, init?: RequestInit): Promise<Response> {
    for (;;) {
      const address = await this.address
      const { deaths } = this
      try {
        const response = await fetch(new URL(path, address), init)
        const body = await response.arrayBuffer()
        // What it answers while it dies is no answer.
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

/** Ends a process and all that it started: they are a process group of their own. */
async function end(child: Child): Promise<void> {
  if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
  await once(child, 'exit')
}
