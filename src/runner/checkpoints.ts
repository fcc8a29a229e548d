import { existsSync, linkSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { codeOf } from './files.ts'
import { isWhole, stepOf, type Writer } from './rules/checkpoint.ts'
import type { Say } from './say.ts'
import type { State } from './state.ts'
import { Abandoned, type Store, StoreRefused } from './store.ts'
import { aborted } from './wait.ts'

/** The files below a folder, as paths from there, with slashes. */
export function filesIn(folder: string): string[] {
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return found
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => statSync(join(folder, path)).isFile())
    .sort()
}

/** Uploads what the process saves, the newest that is whole, one at a time. */
export class Checkpoints {
  readonly #folder: string
  readonly #staged: string
  readonly #store: Store
  readonly #state: State
  readonly #say: Say
  readonly #note: (text: string) => void
  readonly #flush: () => Promise<unknown>
  /** What the files of a folder were when it was first seen so, and when that was. */
  readonly #seen = new Map<string, { signature: string; sinceMs: number }>()
  readonly #refused = new Set<string>()
  #upload: Promise<void> | null = null

  /**
   * @param folder what the process writes into
   * @param staged where the files of the one that is uploaded are kept, in case that the process deletes it
   * @param note adds a line to the output
   * @param flush resolves once everything was reported that the process had said before
   */
  constructor(
    folder: string,
    staged: string,
    parts: { store: Store; state: State; say: Say; note: (text: string) => void; flush: () => Promise<unknown> },
  ) {
    this.#folder = folder
    this.#staged = staged
    this.#store = parts.store
    this.#state = parts.state
    this.#say = parts.say
    this.#note = parts.note
    this.#flush = parts.flush
  }

  /** Begins to upload the newest checkpoint, if there is a new one that is whole, and none is being uploaded. */
  look(writer: Writer, signal: AbortSignal): void {
    if (this.#upload !== null) return
    const name = this.#newest(writer)
    if (name === null) return
    this.#upload = this.#send(name, signal).finally(() => {
      this.#upload = null
    })
  }

  /** Uploads what the process has left, once it has ended. */
  async finish(writer: Writer, signal: AbortSignal): Promise<void> {
    await this.#upload
    this.look(writer, signal)
    await this.#upload
    const last = this.#state.attempt?.checkpoint?.step ?? -1
    const left = listed(this.#folder).filter((name) => (stepOf(name) ?? -1) > last && !this.#refused.has(name))
    if (left.length > 0 && !signal.aborted)
      this.#note(
        `Not stored, since not whole: ${left.join(', ')}. Write a checkpoint elsewhere, and rename it into place`,
      )
  }

  #newest(writer: Writer): string | null {
    const last = this.#state.attempt?.checkpoint?.step ?? -1
    const names = listed(this.#folder)
      .filter((name) => (stepOf(name) ?? -1) > last && !this.#refused.has(name))
      .sort((a, b) => (stepOf(b) ?? 0) - (stepOf(a) ?? 0))
    return names.find((name) => this.#isWhole(name, writer)) ?? null
  }

  #isWhole(name: string, writer: Writer): boolean {
    const path = join(this.#folder, name)
    try {
      const own = statSync(path, { bigint: true })
      const files = filesIn(path)
      const stats = files.map((file) => statSync(join(path, file), { bigint: true }))
      const signature = stats.map(({ size, mtimeNs }, i) => `${files[i]} ${size} ${mtimeNs}`).join('\n')
      const all = [own, ...stats]
      const isWritten = all.some(({ mtimeNs }) => mtimeNs > own.ctimeNs)
      const isRenamed = all.every(({ mtimeNs }) => mtimeNs < own.ctimeNs)
      const origin = isWritten ? 'written' : isRenamed ? 'renamed' : 'unknown'
      const nowMs = performance.now()
      const seen = this.#seen.get(name)
      const sinceMs = seen?.signature === signature ? seen.sinceMs : nowMs
      this.#seen.set(name, { signature, sinceMs })
      const hasTrainerState = files.includes('trainer_state.json')
      return files.length > 0 && isWhole({ origin, hasTrainerState, stillMs: nowMs - sinceMs }, writer)
    } catch (error) {
      // The process has deleted or renamed it meanwhile.
      if (codeOf(error) !== 'ENOENT') this.#refuse(name, String(error))
      return false
    }
  }

  #refuse(name: string, why: string): void {
    const step = stepOf(name) ?? 0
    this.#refused.add(name)
    this.#say('checkpoint_refused', `The checkpoint of step ${step} is not stored: ${why}`, { step })
    this.#note(`The checkpoint of step ${step} is not stored: ${why}`)
  }

  async #send(name: string, signal: AbortSignal): Promise<void> {
    const step = stepOf(name) ?? 0
    const path = `checkpoints/${name}`
    const staged = join(this.#staged, name)
    try {
      const files = stage(join(this.#folder, name), staged)
      const known = await this.#store.list(`${path}/`, signal)
      for (const file of files) await this.#store.put(`${path}/${file.normalize()}`, join(staged, file), known, signal)
      // Who goes on from here does not repeat the steps before: their points must not get lost with this runner.
      await Promise.race([this.#flush(), aborted(signal)])
      await this.#store.checkpoint(step, path, signal)
      this.#state.change({ checkpoint: { step, path } })
      this.#say('checkpoint', `Checkpoint of step ${step} is stored: ${files.length} files`, { step })
    } catch (error) {
      if (error instanceof Abandoned) return
      this.#refuse(name, error instanceof StoreRefused ? error.message : String(error))
    } finally {
      rmSync(staged, { recursive: true, force: true })
    }
  }
}

function listed(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : []
}

/** Links the files of a checkpoint to where no rotation of the process deletes them. @returns their paths */
function stage(from: string, to: string): string[] {
  rmSync(to, { recursive: true, force: true })
  const files = filesIn(from)
  for (const file of files) {
    const path = join(to, file)
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    linkSync(join(from, file), path)
  }
  return files
}
