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
  Object.assign(globalThis, { FixedLengthStream })
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

/** The runtime's class that hashes what is written to it. */
class DigestStream extends WritableStream<Uint8Array> {
  readonly digest: Promise<ArrayBuffer>

  constructor() {
    const hash = createHash('sha256')
    const { promise, resolve, reject } = Promise.withResolvers<ArrayBuffer>()
    super({
      write: (part) => void hash.update(part),
      close: () => resolve(new Uint8Array(hash.digest()).buffer),
      abort: reject,
    })
    this.digest = promise
  }
}

/** The runtime's class that passes on exactly so many bytes, or fails. */
class FixedLengthStream extends TransformStream<Uint8Array, Uint8Array> {
  constructor(size: number) {
    let left = size
    super({
      transform: (chunk, controller) => {
        left -= chunk.length
        if (left < 0) throw new TypeError('More bytes than announced')
        controller.enqueue(chunk)
      },
      flush: () => {
        if (left > 0) throw new TypeError('Fewer bytes than announced')
      },
    })
  }
}
