import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Output } from './output.ts'

const script = fileURLToPath(new URL('../../examples/runner.sh', import.meta.url))

/** A folder with the only programs that examples/runner.sh may start. */
export class Shell implements AsyncDisposable {
  readonly #programs: string

  private constructor(programs: string) {
    this.#programs = programs
  }

  static async prepare(): Promise<Shell> {
    const programs = await mkdtemp(join(tmpdir(), 'stellwerk-runner-'))
    for (const name of ['bash', 'curl', 'sleep']) {
      await symlink(execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim(), join(programs, name))
    }
    return new Shell(programs)
  }

  /** Starts the script as a runner of this name, which trains so many steps. */
  run(name: string, url: string, steps: number, secondsPerStep = 0.05): ShellRunner {
    const env = { PATH: this.#programs, URL: url, STEPS: String(steps), SECONDS_PER_STEP: String(secondsPerStep) }
    return new ShellRunner(
      spawn(join(this.#programs, 'bash'), [script, name], { env: env as object as NodeJS.ProcessEnv }),
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#programs, { recursive: true, force: true })
  }
}

/** The script as a process. */
export class ShellRunner implements AsyncDisposable {
  readonly output: Output
  readonly #child: ChildProcess
  readonly #ended: Promise<unknown>

  constructor(child: ReturnType<typeof spawn>) {
    this.output = new Output(...[child.stdout, child.stderr].filter((stream) => stream !== null))
    this.#child = child
    this.#ended = once(child, 'close')
  }

  /** Resolves when it has ended. @returns its exit status */
  async ended(): Promise<number | null> {
    await this.#ended
    return this.#child.exitCode
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#ended
  }
}
