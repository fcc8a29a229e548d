/** The signals by which somebody tells the runner to end. */
export class Interrupts {
  /** The first one. */
  first: 'SIGINT' | 'SIGTERM' | null = null
  /** Aborted by the first, and by the second. */
  readonly once: AbortSignal
  readonly twice: AbortSignal
  readonly #once = new AbortController()
  readonly #twice = new AbortController()

  constructor() {
    this.once = this.#once.signal
    this.twice = this.#twice.signal
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => this.#add(signal))
  }

  #add(signal: NodeJS.Signals): void {
    const isSecond = this.first !== null
    this.first ??= signal === 'SIGINT' ? 'SIGINT' : 'SIGTERM'
    if (isSecond) this.#twice.abort()
    else this.#once.abort()
  }
}
