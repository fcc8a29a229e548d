import { CurveStore } from '../../src/jobs/object/curve-store.ts'
import type { Attempt } from '../../src/jobs/rules/attempt.ts'
import type { Metrics, Point } from '../../src/jobs/rules/types.ts'
import { Disk, Storage } from '../simulation/storage.ts'
import { startMs } from './jobs.ts'

/** A confirmed attempt that lives. */
export const attempt = (number: number, fromStep = 0): Attempt => ({
  number,
  runner: 'gpu-1',
  claimId: `claim-${number}`,
  tokenHash: `hash-${number}`,
  repeats: 0,
  claimedMs: startMs,
  confirmedMs: startMs,
  isOverdue: false,
  resumedFrom: null,
  fromStep,
  silentSinceMs: null,
  stalledSinceMs: null,
  lostMs: null,
  end: null,
})

export const point = (
  step: number,
  metrics: Metrics = { loss: 1 / (step + 1) },
  timestampMs = startMs + step,
): Point => ({
  step,
  epoch: null,
  timestampMs,
  metrics,
})

export const storageOf = (disk: Disk) => new Storage(disk, () => {}) as unknown as DurableObjectStorage

/** A store, and the same after an eviction. */
export class Stored {
  readonly #disk = new Disk()
  readonly storage = storageOf(this.#disk)
  attempts: Attempt[] = [attempt(1)]
  nowMs = startMs
  store = new CurveStore(this.storage, () => this.attempts)
  #sequence = 0

  report(points: Point[], number = this.attempts.length, texts: string[] = []): this {
    const lines = texts.map((text) => ({ stream: 'stdout' as const, timestampMs: startMs, text }))
    this.store.note(this.store.append(number, ++this.#sequence, { points, lines }, this.nowMs))
    return this
  }

  next(fromStep: number): this {
    this.end()
    this.attempts = [...this.attempts, attempt(this.attempts.length + 1, fromStep)]
    this.#sequence = 0
    this.store.rewind()
    return this
  }

  /** The attempt is over. */
  end(): this {
    const end = { how: 'replaced', atMs: this.nowMs, sequence: null } as const
    this.attempts = this.attempts.map((one) => (one.end === null ? { ...one, end } : one))
    return this
  }

  /** Merges blocks while there are some to be merged; `between` after each piece. */
  compact(between = () => {}): this {
    for (let one = this.store.uncompacted; one !== null; one = this.store.uncompacted) {
      this.store.compact(one)
      between()
    }
    return this
  }

  /** The points of each block that there is. */
  get blocks(): number[] {
    const rows = this.storage.sql.exec<{ count: number }>('SELECT count FROM blocks ORDER BY first').toArray()
    return rows.map(({ count }) => count)
  }

  evict(): CurveStore {
    this.store = new CurveStore(this.storage, () => this.attempts)
    return this.store
  }

  get steps(): number[] {
    const { curve } = this.store.recorded
    return curve.slice(0, curve.length).map(({ step }) => step)
  }
}
