import { listArtifacts, putArtifact, removeArtifact } from '../../src/jobs/artifacts.ts'
import { type FileChecks, readWhole } from './file-checks.ts'
import type { FileAction } from './file-plan.ts'
import { name } from './ledger.ts'
import type { Operators } from './operators.ts'
import { sha256Of } from './r2.ts'
import type { Workers } from './workers.ts'

/** How many files of a job an operator looks at. */
const LISTED = 10

/** The people who look after files: they read, put and delete them, and begin jobs from checkpoints. */
export class Librarian {
  readonly #workers: Workers
  readonly #operators: Operators
  readonly #checks: FileChecks

  constructor(workers: Workers, operators: Operators, checks: FileChecks) {
    this.#workers = workers
    this.#operators = operators
    this.#checks = checks
  }

  act({ ofJob, ...action }: FileAction): Promise<unknown> {
    const { saved } = this.#checks
    const chosen = saved[ofJob % Math.max(1, saved.length)]
    if (chosen === undefined) return Promise.resolve()
    const { job: id, step } = chosen
    switch (action.do) {
      case 'resume-from': {
        const options = { trainer: 'runner', resumeFrom: { jobId: id, step } } as const
        return this.#operators.create({ epochs: 1, mayWait: action.mayWait, key: null, options })
      }
      case 'delete-source':
        return this.#operators.command(id, { command: 'delete', mayWait: false, atAlarm: false })
      case 'read-files':
        return this.#read(id)
      case 'put-file':
        return this.#put(id, action.file)
      case 'remove-file':
        return this.#remove(id, action.file)
    }
  }

  async #list(id: string): Promise<string[]> {
    const page = { prefix: '', after: '', limit: LISTED }
    const listed = await this.#workers.run((env) => listArtifacts(env, id, null, page))
    return listed === undefined || 'reason' in listed ? [] : listed.rows.map(({ path }) => path)
  }

  async #read(id: string): Promise<void> {
    for (const path of await this.#list(id)) {
      const answer = await this.#workers.run((env) => readWhole(env, id, null, path))
      if (answer !== undefined && 'broken' in answer) this.#checks.break(17, `${name(id)}: ${answer.broken}`)
    }
  }

  async #put(id: string, place: number): Promise<void> {
    const bytes = new TextEncoder().encode(`notes ${place}`)
    const file = { path: `notes/${place % 3}`, size: bytes.length, type: 'text/plain', sha256: sha256Of(bytes) }
    await this.#workers.run((env) => putArtifact(env, id, null, file, bytes))
  }

  async #remove(id: string, place: number): Promise<void> {
    const paths = await this.#list(id)
    const path = paths[place % Math.max(1, paths.length)]
    if (path !== undefined) await this.#workers.run((env) => removeArtifact(env, id, null, path))
  }
}
