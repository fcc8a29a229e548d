import { randomUUID } from 'node:crypto'
import { closeSync, linkSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { codeOf, readJson, writeJson } from './files.ts'
import { identityOf } from './identity.ts'
import { LOCK_STALE_MS, LOCK_TOUCH_MS } from './limits.ts'

/** Who holds a lock. */
type Holder = { id: string; host: string; pid: number; identity: string | null }

/** Keeps other runners out of a folder for as long as this process lives. */
export class Lock {
  readonly #path: string
  readonly #id: string
  readonly #timer: NodeJS.Timeout

  private constructor(path: string, id: string) {
    this.#path = path
    this.#id = id
    this.#timer = setInterval(() => this.#touch(), LOCK_TOUCH_MS)
    this.#timer.unref()
  }

  /** @returns the process that holds the lock, if it is another one */
  static take(folder: string): Lock | { holder: string } {
    const path = join(folder, 'lock')
    const own: Holder = { id: randomUUID(), host: hostname(), pid: process.pid, identity: identityOf(process.pid) }
    const beside = `${path}.${own.id}`
    writeJson(beside, own)
    try {
      for (;;) {
        try {
          // A link is made by one of two runners only.
          linkSync(beside, path)
          return new Lock(path, own.id)
        } catch (error) {
          if (codeOf(error) !== 'EEXIST') throw error
        }
        const other = readJson<Holder>(path)
        if (other === null) rmSync(path, { force: true })
        else if (holds(other, path, beside)) return { holder: `process ${other.pid} on ${other.host}` }
        else breakLock(path, other)
      }
    } finally {
      rmSync(beside, { force: true })
    }
  }

  release(): void {
    clearInterval(this.#timer)
    if (readJson<Holder>(this.#path)?.id === this.#id) rmSync(this.#path, { force: true })
  }

  #touch(): void {
    try {
      if (readJson<Holder>(this.#path)?.id !== this.#id) return
      // The same character again: the time is that of the disk's machine, whose clock both runners see.
      const file = openSync(this.#path, 'r+')
      writeSync(file, '{', 0)
      closeSync(file)
    } catch {
      // A full disk, or somebody has removed it: nothing depends on this alone.
    }
  }
}

/** On this machine a process is asked for; of another one, which shares the folder, the lock must have been touched lately. */
function holds({ host, pid, identity }: Holder, path: string, justWritten: string): boolean {
  if (host === hostname()) return identityOf(pid) !== null && identityOf(pid) === identity
  try {
    return statSync(justWritten).mtimeMs - statSync(path).mtimeMs < LOCK_STALE_MS
  } catch {
    return false
  }
}

/** Removes the lock that a dead runner has left, and no other that was made meanwhile. */
function breakLock(path: string, left: Holder): void {
  const aside = `${path}.${randomUUID()}`
  try {
    renameSync(path, aside)
    if (readJson<Holder>(aside)?.id !== left.id) linkSync(aside, path)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' && codeOf(error) !== 'EEXIST') throw error
  } finally {
    rmSync(aside, { force: true })
  }
}
