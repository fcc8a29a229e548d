import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { unstable_readConfig } from 'wrangler'
import { Output } from './output.ts'

const program = fileURLToPath(new URL('../../scripts/start.ts', import.meta.url))

/** The lines by which `npm start` says who is let in, or that it has stopped. */
const verdict = /^( +Access +|Stopped: )/

/** Of wrangler.toml. */
type File = { dev?: { ip: string }; vars?: Record<string, string> }

export type Asked = { method?: string; headers?: Record<string, string>; body?: string; host?: string }
export type Answer = { status: number; body: string; headers: NodeJS.Dict<string | string[]> }

/** What `npm start` runs, as a process, on a state of its own. */
export class LocalServer implements AsyncDisposable {
  readonly port: number
  /** The folder that it keeps its state in. */
  readonly state: string
  /** What it said of who is let in, or why it has stopped. */
  readonly said: string
  readonly #output: Output
  readonly #child: ChildProcess

  private constructor(port: number, state: string, said: string, output: Output, child: ChildProcess) {
    this.port = port
    this.state = state
    this.said = said
    this.#output = output
    this.#child = child
  }

  /**
   * Starts it with the given arguments, and waits until it has said who is let in.
   *
   * @param file what stands in wrangler.toml beside what is there
   */
  static async start(args: string[], file: File = {}): Promise<LocalServer> {
    const state = await mkdtemp(join(tmpdir(), 'stellwerk-start-'))
    const port = await freePort()
    const config = await writeConfig(state, file)
    // Wrangler looks for an inspector's port by counting up, and two that do so at once take the same.
    const ports = ['--port', String(port), '--inspector-port', String(await freePort())]
    const given = ['--config', config, ...ports, '--persist-to', join(state, 'state'), ...args]
    const child = spawn(process.execPath, [program, ...given], {
      env: { ...process.env, CI: '1' },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const output = new Output(child.stdout, child.stderr)
    const ended = once(child, 'exit').then(() => Promise.reject(new Error(`It ended:\n${output.lines.join('\n')}`)))
    return new LocalServer(
      port,
      state,
      (await Promise.race([output.line(verdict), ended])).replace(/^ +Access +/, ''),
      output,
      child,
    )
  }

  /** What it has printed so far, by lines. */
  get lines(): readonly string[] {
    return this.#output.lines
  }

  /** Resolves once there is a line that fits. */
  line = (pattern: RegExp): Promise<string> => this.#output.line(pattern)

  /** Sends a request whose path is not tidied up before, as `fetch` would do. */
  ask(path: string, { method = 'GET', headers = {}, body, host = '127.0.0.1' }: Asked = {}): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>()
    const sent = request({ host, port: this.port, path, method, headers, agent: false }, async (response) => {
      let text = ''
      for await (const chunk of response.setEncoding('utf8')) text += chunk
      resolve({ status: response.statusCode ?? 0, body: text, headers: response.headers })
    })
    sent.on('error', reject).end(body)
    return promise
  }

  /** Resolves once it has ended by itself. @returns its exit status */
  async ended(): Promise<number | null> {
    if (this.#child.exitCode === null) await once(this.#child, 'exit')
    return this.#child.exitCode
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = this.#child.exitCode === null ? once(this.#child, 'exit') : null
    try {
      if (this.#child.pid !== undefined) process.kill(-this.#child.pid, 'SIGKILL')
    } catch {
      // The whole group has gone already.
    }
    await ended
    await rm(this.state, { recursive: true, force: true })
  }
}

const inRepository = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))

/** wrangler.toml with its paths made absolute, without the build, which `npm ci` has done. */
async function writeConfig(folder: string, { vars, ...file }: File): Promise<string> {
  const config = unstable_readConfig({ config: 'wrangler.toml' })
  const { name, main, compatibility_date, compatibility_flags, durable_objects, migrations, ratelimits } = config
  const kept = { name, main, compatibility_date, compatibility_flags, durable_objects, migrations, ratelimits }
  const changed = {
    assets: { ...config.assets, directory: inRepository('dist/public') },
    d1_databases: config.d1_databases.map((one: object) => ({ ...one, migrations_dir: inRepository('migrations') })),
    vars: { ...config.vars, ...vars },
  }
  const path = join(folder, 'wrangler.json')
  await writeFile(path, JSON.stringify({ ...kept, ...changed, ...file }))
  return path
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('No port is free')
  return address.port
}
