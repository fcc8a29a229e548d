import { type ChildProcess, spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inject } from 'vitest'
import { unstable_readConfig } from 'wrangler'
import { isTaken } from '../../scripts/start/checks.ts'
import { Output } from './output.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Ways to start it: the script, the launcher, which runs that, and npm, whose shell runs the launcher. */
export const commands = {
  script: [process.execPath, 'scripts/start.ts'],
  launcher: [process.execPath, 'scripts/run.js', 'scripts/start.ts'],
  npm: ['npm', 'start', '--'],
} as const

/** The lines in which `npm start` prints how access is granted, or that it has stopped. */
const verdict = /^( +Access +|Stopped: )/

/** The port in wrangler.toml. */
type File = { dev?: { ip: string }; vars?: Record<string, string> }

export type Asked = { method?: string; headers?: Record<string, string>; body?: string; host?: string }
export type Answer = { status: number; body: string; headers: NodeJS.Dict<string | string[]> }

/** `npm start` as a process, with its own state: that of a server that has run before, unless it is its first start. */
export class LocalServer implements AsyncDisposable {
  readonly port: number
  /** The folder of its state. */
  readonly state: string
  /** The line in which it printed how access is granted. */
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
   * Starts it with the given arguments, and waits until it has printed how access is granted.
   *
   * @param file lines to add to wrangler.toml
   */
  static async start(args: string[], file: File = {}, by: keyof typeof commands = 'script'): Promise<LocalServer> {
    const state = await mkdtemp(join(tmpdir(), 'stellwerk-start-'))
    await cp(inject('emptyState'), join(state, 'state'), { recursive: true })
    return LocalServer.#startIn(state, args, file, by)
  }

  /** Starts it where there is no database yet. */
  static async startFirst(): Promise<LocalServer> {
    return LocalServer.#startIn(await mkdtemp(join(tmpdir(), 'stellwerk-start-')), [], {}, 'script')
  }

  static async #startIn(state: string, args: string[], file: File, by: keyof typeof commands): Promise<LocalServer> {
    const port = await freePort()
    const config = await writeConfig(state, file)
    // Wrangler finds an inspector port by counting up; two that do so at once take the same one.
    const ports = ['--port', String(port), '--inspector-port', String(await freePort())]
    const given = ['--config', config, ...ports, '--persist-to', join(state, 'state'), ...args]
    const [program, ...before] = commands[by]
    const child = spawn(program, [...before, ...given], {
      cwd: root,
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

  get #hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null
  }

  /** The lines printed so far. */
  get lines(): readonly string[] {
    return this.#output.lines
  }

  /** Resolves with the first matching line. */
  line = (pattern: RegExp): Promise<string> => this.#output.line(pattern)

  /** Sends a request whose path is not normalized, unlike with `fetch`. */
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

  /** Sends a signal to the process that was started, not to those that it has started. */
  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  /** Resolves when it has exited by itself. @returns its exit status */
  async ended(): Promise<number | null> {
    if (!this.#hasEnded) await once(this.#child, 'exit')
    return this.#child.exitCode
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = this.#hasEnded ? null : once(this.#child, 'exit')
    try {
      if (this.#child.pid !== undefined) process.kill(-this.#child.pid, 'SIGKILL')
    } catch {
      // The process group has already exited.
    }
    await ended
    await rm(this.state, { recursive: true, force: true })
  }
}

const inRepository = (path: string) => join(root, path)

/** wrangler.toml with its paths made absolute, without the build, which `npm ci` did. */
async function writeConfig(folder: string, { vars, ...file }: File): Promise<string> {
  const config = unstable_readConfig({ config: 'wrangler.toml' })
  const { name, main, compatibility_date, compatibility_flags, durable_objects, migrations, ratelimits } = config
  const { r2_buckets } = config
  const objects = { durable_objects, migrations, r2_buckets }
  const kept = { name, main, compatibility_date, compatibility_flags, ratelimits, ...objects }
  const changed = {
    assets: { ...config.assets, directory: inRepository('dist/public') },
    d1_databases: config.d1_databases.map((one: object) => ({ ...one, migrations_dir: inRepository('migrations') })),
    vars: { ...config.vars, ...vars },
  }
  const path = join(folder, 'wrangler.json')
  await writeFile(path, JSON.stringify({ ...kept, ...changed, ...file }))
  return path
}

/**
 * A port that nothing listens on. It is below those that the kernel hands out: one of them could be given to another
 * server before the one that it was meant for has started.
 */
async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 32_000)
    if (!(await isTaken(port, ['127.0.0.1', '::1']))) return port
  }
}
