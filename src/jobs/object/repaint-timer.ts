/**
 * One timer that ticks once per period from a moment on, so that the duration of the work does not add up. After a delay of a
 * whole period it starts over.
 */
export class RepaintTimer {
  readonly #now: () => number
  readonly #periodMs: () => number | null
  readonly #tick: () => void
  #timer: ReturnType<typeof setTimeout> | null = null

  /**
   * @param now the job's clock, Unix ms
   * @param periodMs the period from now on; `null`: nothing is to be shown any more
   * @param tick the work; if it throws, the timer goes on
   */
  constructor(now: () => number, periodMs: () => number | null, tick: () => void) {
    this.#now = now
    this.#periodMs = periodMs
    this.#tick = tick
  }

  get isRunning(): boolean {
    return this.#timer !== null
  }

  /** Ticks next one period after `fromMs`, and not when it would have otherwise. */
  start(fromMs: number): void {
    this.stop()
    const periodMs = this.#periodMs()
    if (periodMs === null) return
    const dueMs = fromMs + periodMs
    this.#timer = setTimeout(
      () => {
        this.#timer = null
        const nowMs = this.#now()
        try {
          this.#tick()
        } finally {
          this.start(nowMs - dueMs < periodMs ? dueMs : nowMs)
        }
      },
      // While the clock stands still because the wall clock was set back, the period still passes.
      Math.min(periodMs, Math.max(0, dueMs - this.#now())),
    )
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }
}
