import { ALARM_LOST_MS } from '../../platform/limits.ts'

/** The object's alarm. Caches its time, so that setting the same time again costs nothing. */
export class Alarm {
  readonly #storage: DurableObjectStorage
  #setMs: number | null = null

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage
  }

  /** Sets the alarm, Unix ms; `null`: there is none. */
  async set(wakeMs: number | null): Promise<void> {
    if (wakeMs === this.#setMs) return
    if (wakeMs === null) await this.#storage.deleteAlarm()
    else await this.#storage.setAlarm(wakeMs)
    this.#setMs = wakeMs
  }

  /** Call when it has fired, or was erased with the storage. */
  forget(): void {
    this.#setMs = null
  }

  /**
   * Sets the alarm again if it is missing or long overdue. One that is slightly overdue is just being delivered.
   *
   * @returns when it was due; `null`: it was missing
   */
  async restore(wakeMs: number): Promise<number | null> {
    const foundMs = await this.#storage.getAlarm()
    this.#setMs = foundMs
    const isLost = this.#setMs === null || this.#setMs < Date.now() - ALARM_LOST_MS
    if (isLost) await this.set(wakeMs)
    return foundMs
  }
}
