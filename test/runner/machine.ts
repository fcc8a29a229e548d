import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('../../dist/public/runner.mjs', import.meta.url))
const child = fileURLToPath(new URL('child.mjs', import.meta.url))

/** A line of the runner's own. */
export type Line = { event: string; text: string; job?: string; attempt?: number; outcome?: string; why?: string }

/** After so long without a line that a test waits for, it is told what was said instead. */
const SILENCE_MAX_MS = 90_000

/** A folder that is deleted after the test. */
export class Folder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), 'stellwerk-runner-'))

  at(name: string): string {
    return join(this.path, name)
  }
  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  }
}

export type Setup = {
  url: string
  /** Of the role runner. */
  token?: string
  workdir: string
  name?: string
  args?: string[]
  env?: Record<string, string>
  /** Bytes that a file may have, after which writing fails as on a full disk. */
  fileBytes?: number
  /** The training command, or what child.mjs is told. */
  command?: string[]
  does?: object
}

/** The runner as a process, on a machine that may be switched off. */
export class Machine implements AsyncDisposable {
  readonly lines: Line[] = []
  err = ''
  readonly #process: ChildProcess
  readonly #ended: Promise<number | null>
  #waiting: (() => void)[] = []

  constructor({
    url,
    token,
    workdir,
    name = 'gpu-1',
    args = ['--once'],
    env = {},
    command,
    does = {},
    fileBytes,
  }: Setup) {
    const given = ['--url', url, '--workdir', workdir, '--name', name, '--soft-grace', '1', ...args]
    const training = command ?? [process.execPath, child, JSON.stringify(does)]
    const others = Object.entries(process.env).filter(([variable]) => !variable.startsWith('STELLWERK_'))
    const limit = fileBytes === undefined ? [] : ['bash', '-c', `ulimit -f ${fileBytes / 1_024}; exec "$@"`, 'bash']
    const [first = '', ...rest] = [...limit, process.execPath, program, ...given, '--', ...training]
    this.#process = spawn(first, rest, {
      env: { ...Object.fromEntries(others), ...(token && { STELLWERK_TOKEN: token }), ...env } as NodeJS.ProcessEnv,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#process.stderr?.on('data', (text) => {
      this.err += text
    })
    const out = this.#process.stdout
    if (out !== null)
      createInterface({ input: out }).on('line', (line) => {
        this.lines.push(JSON.parse(line))
        for (const wake of this.#waiting.splice(0)) wake()
      })
    this.#ended = new Promise((resolve) => this.#process.on('close', resolve))
  }

  get pid(): number {
    return this.#process.pid ?? 0
  }

  /** The first line of an event, from the nth line on, once it is there. */
  async said(event: string, from = 0): Promise<Line> {
    for (;;) {
      const found = this.lines.slice(from).find((line) => line.event === event)
      if (found !== undefined) return found
      const more = new Promise<void>((resolve) => this.#waiting.push(resolve))
      const ended = this.#ended.then((status) => {
        throw new Error(`It ended with ${status} and did not say ${event}:\n${this.#story}`)
      })
      const silent = sleep(SILENCE_MAX_MS, undefined, { ref: false }).then(() => {
        throw new Error(`It has not said ${event}:\n${this.#story}`)
      })
      await Promise.race([more, ended, silent])
    }
  }

  get #story(): string {
    return [...this.lines.map((line) => JSON.stringify(line)), this.err].join('\n')
  }

  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal)
  }

  /** As a power cut, of the runner alone. */
  async kill(): Promise<void> {
    this.signal('SIGKILL')
    await this.#ended
  }

  /** As a power cut, of everything that runs on the machine. `attempt`: the folder of the attempt that it is at. */
  async powerCut(attempt: string): Promise<void> {
    const { pid: supervisor } = JSON.parse(readFileSync(`${attempt}/supervisor.json`, 'utf8'))
    const { pid } = JSON.parse(readFileSync(`${attempt}/process.json`, 'utf8'))
    process.kill(supervisor, 'SIGKILL')
    process.kill(-pid, 'SIGKILL')
    await this.kill()
  }

  /** Its exit status, once it has ended. */
  ended(): Promise<number | null> {
    return this.#ended
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.signal('SIGCONT')
    this.signal('SIGTERM')
    const isOver = await Promise.race([this.#ended.then(() => true), sleep(3_000)])
    if (!isOver) await this.kill()
  }
}

/** The ids of the training processes that have begun, as child.mjs has noted them down, with the step of each. */
export function begun(log: string): { pid: number; from: number }[] {
  try {
    const lines = readFileSync(log, 'utf8').trim().split('\n')
    return lines.map((line) => ({ pid: Number(line.split(' ')[0]), from: Number(line.split(' ')[2]) }))
  } catch {
    return []
  }
}

/** The step that child.mjs is at; −1: none yet. */
export function stepAt(log: string): number {
  try {
    return Number(readFileSync(`${log}.step`, 'utf8') || -1)
  } catch {
    return -1
  }
}

export function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}
