import { createHash } from 'node:crypto'
import type { World } from './world.ts'

/** Replaces clock, randomness, timers and console with the world's. @returns a function that restores them */
export function patchGlobals(world: World): () => void {
  const kept = {
    now: Date.now,
    random: Math.random,
    setTimeout: globalThis.setTimeout,
    clearTimeout: globalThis.clearTimeout,
    randomUUID: crypto.randomUUID,
    digest: crypto.subtle.digest,
    info: console.info,
    warn: console.warn,
    error: console.error,
  }
  Date.now = () => world.nowMs
  Math.random = () => world.random.next()
  globalThis.setTimeout = ((run: () => void, ms: number) => world.after(ms, run)) as unknown as typeof setTimeout
  globalThis.clearTimeout = ((cancel: (() => void) | undefined) => cancel?.()) as unknown as typeof clearTimeout
  crypto.randomUUID = () => world.random.uuid()
  // The real one resolves from another thread, at a time that the seed does not determine.
  crypto.subtle.digest = async (_, data) =>
    new Uint8Array(
      createHash('sha256')
        .update(data as Uint8Array)
        .digest(),
    ).buffer
  Object.assign(crypto, { DigestStream })
  const note = (line: string) => world.note(`    ${line}`)
  if (world.trace !== null) Object.assign(console, { info: note, warn: note, error: note })
  else Object.assign(console, { info: () => {}, warn: () => {}, error: () => {} })
  return () => {
    Date.now = kept.now
    Math.random = kept.random
    globalThis.setTimeout = kept.setTimeout
    globalThis.clearTimeout = kept.clearTimeout
    crypto.randomUUID = kept.randomUUID
    crypto.subtle.digest = kept.digest
    Object.assign(console, { info: kept.info, warn: kept.warn, error: kept.error })
  }
}

/** The part of the runtime's class that hashes texts in parts. */
class DigestStream {
  readonly #hash = createHash('sha256')
  readonly #digest = Promise.withResolvers<ArrayBuffer>()
  readonly digest = this.#digest.promise

  getWriter() {
    return {
      write: async (part: Uint8Array) => {
        this.#hash.update(part)
      },
      close: async () => this.#digest.resolve(new Uint8Array(this.#hash.digest()).buffer),
    }
  }
}
