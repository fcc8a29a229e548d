import type { Service } from './http.ts'
import type { Journal } from './journal.ts'
import { REPORT_S_MAX, REPORT_S_MIN } from './limits.ts'
import { bodyOf, cutNext, halved, hasNews, isFull } from './rules/outbox.ts'
import { type Requested, reportVerdict, type Taken } from './rules/verdict.ts'
import type { Say } from './say.ts'
import { type Deferred, deferred, Repetitions, sleep } from './wait.ts'

export type ReporterParts = {
  service: Service
  journal: Journal
  jobId: string
  token: () => string
  /** Called with an answer 401: gets a new token, if there is one. */
  renewToken: () => Promise<void>
  say: Say
  /** Makes a line of output of the runner's own. */
  lineOf: (text: string) => string
}

/** Sends what the journal has, and heartbeats: one request at a time, for as long as the attempt is not over. */
export class Reporter {
  /** The first word was answered. */
  readonly confirmed: Promise<void>
  /** The attempt is over: why. */
  readonly over: Promise<string>
  /** What an operator wants, as the latest answer says. */
  requested: Requested | null = null
  /** Requests of which the next report says that they were seen, and that the process stops for them. */
  acknowledged: number | null = null
  stopping: number | null = null
  /** Called with what each answer requests, and the request for which the report said that the process stops. */
  readonly onAnswer: ((requested: Requested | null, toldStopping: number | null) => void)[] = []

  readonly #parts: ReporterParts
  readonly #again: Repetitions
  readonly #confirm = deferred()
  readonly #end = deferred<string>()
  readonly #told = new Set<string>()
  #drained: Deferred<void> | null = null
  /** Who waits until so many points and lines were taken. */
  #flushes: { told: number; done: Deferred<void> }[] = []
  #rouse = new AbortController()
  #isWoken = false
  #isHurried = false
  #isStopped = false
  #nextS = REPORT_S_MIN
  #hasReported = false

  constructor(parts: ReporterParts) {
    this.#parts = parts
    this.#again = new Repetitions('Report', parts.say)
    this.confirmed = this.#confirm.promise
    this.over = this.#end.promise
  }

  /** Runs until the attempt is over, or `stop` is called and the request under way is answered. */
  async run(): Promise<void> {
    let againMs = 0
    while (!this.#isStopped) {
      if (againMs > 0) await this.#pause(againMs, false)
      else if (this.#hasReported) await this.#untilDue()
      if (this.#isStopped) return
      this.#isWoken = false
      const sent = await this.#send()
      if (sent.isOver) return
      againMs = sent.againMs
      if (this.#drained === null || hasNews(this.#parts.journal.state)) continue
      this.#drained.resolve()
      this.#drained = null
    }
  }

  /** Sends the next report soon; a repetition keeps its time. */
  wake(): void {
    this.#isWoken = true
    this.#rouse.abort()
    this.#rouse = new AbortController()
  }

  /** Resolves once everything that waits was taken. Nothing may be added meanwhile. */
  drained(): Promise<void> {
    this.#drained ??= deferred()
    const { promise } = this.#drained
    this.#isHurried = true
    this.wake()
    return promise
  }

  /** Resolves once everything was taken that waits now. */
  flushed(): Promise<void> {
    const { journal } = this.#parts
    if (!hasNews(journal.state)) return Promise.resolve()
    const done = deferred()
    this.#flushes.push({ told: journal.added, done })
    this.wake()
    return done.promise
  }

  stop(): void {
    this.#isStopped = true
    this.wake()
  }

  async #untilDue(): Promise<void> {
    const { state } = this.#parts.journal
    if (state.cut !== null || isFull(state) || this.#isWoken) return
    if (hasNews(state) && (this.#drained !== null || this.#flushes.length > 0)) return
    await this.#pause(Math.min(Math.max(this.#nextS, REPORT_S_MIN), REPORT_S_MAX) * 1_000, true)
  }

  async #pause(ms: number, endsWhenWoken: boolean): Promise<void> {
    const untilMs = performance.now() + ms
    for (;;) {
      const leftMs = untilMs - performance.now()
      if (leftMs <= 0 || this.#isStopped || this.#isHurried) break
      await sleep(leftMs, this.#rouse.signal)
      if (endsWhenWoken && this.#isWoken) break
    }
    this.#isHurried = false
  }

  /** Sends one report. @returns milliseconds to wait before it is repeated; 0: it was answered */
  async #send(): Promise<{ againMs: number; isOver?: true }> {
    const { service, journal, jobId, token, renewToken } = this.#parts
    const { acknowledged, stopping } = this
    const isFirst = !this.#hasReported
    if (!isFirst && journal.state.cut === null && hasNews(journal.state))
      journal.add(cutNext(journal.state, this.#parts.lineOf))
    const members = { acknowledged: acknowledged ?? undefined, stopping: stopping ?? undefined }
    const cut = isFirst ? null : journal.state.cut
    const body = isFirst ? '{}' : bodyOf(journal.state, members)
    const { reply, why } = await service.ask(`/jobs/${jobId}/reports`, { token: token(), body })
    const verdict = reportVerdict(reply, why)
    switch (verdict.is) {
      case 'taken':
        this.#hasReported = true
        this.#again.succeeded()
        this.#take(verdict, isFirst ? {} : { acknowledged, stopping })
        return { againMs: 0 }
      case 'over':
        this.#end.resolve(verdict.reason)
        return { againMs: 0, isOver: true }
      case 'gap':
        // One report is under way at a time: there is nothing before it that could be sent again.
        if (cut === null) return { againMs: this.#again.failed({ why: 'reports are missing' }) }
        journal.add({ is: 'taken', sequence: verdict.expected - 1 })
        if (journal.state.cut !== null) journal.add({ ...cut, is: 'cut', sequence: verdict.expected })
        return { againMs: 0 }
      case 'too-large':
        if (cut === null) return { againMs: this.#again.failed({ why: 'a heartbeat was too large' }) }
        journal.add(halved(cut) ?? this.#refused('it was too large'))
        return { againMs: 0 }
      case 'invalid':
        if (cut === null) return { againMs: this.#again.failed({ why: verdict.why }) }
        journal.add(this.#refused(verdict.why))
        return { againMs: 0 }
      case 'token-unknown':
        await renewToken()
        return { againMs: this.#again.failed({ why: 'the token is not known', isRejection: true }) }
      case 'again':
        return { againMs: this.#again.failed(verdict) }
    }
  }

  #take(
    { sequence, dropped, requested, nextReportS }: Taken,
    told: { acknowledged?: number | null; stopping?: number | null },
  ) {
    const { journal } = this.#parts
    if (sequence !== journal.state.taken || journal.state.cut !== null) journal.add({ is: 'taken', sequence })
    this.#nextS = nextReportS
    for (const { told, done } of this.#flushes) if (journal.told >= told) done.resolve()
    this.#flushes = this.#flushes.filter(({ told }) => journal.told < told)
    if (told.acknowledged === this.acknowledged) this.acknowledged = null
    if (told.stopping === this.stopping) this.stopping = null
    this.requested = requested
    this.#confirm.resolve()
    for (const listener of this.onAnswer) listener(requested, told.stopping ?? null)
    this.#noteDropped(dropped)
  }

  #refused(why: string) {
    this.#parts.say('refused', `A report was dropped: ${why}`)
    return { is: 'refused', note: this.#parts.lineOf(`A report was dropped: ${why}`) } as const
  }

  /** Each reason once: a metric that is never taken would fill the output. */
  #noteDropped(dropped: readonly string[]): void {
    const fresh = dropped.filter((one) => {
      const kind = one.replace(/\d+/g, '')
      return !this.#told.has(kind) && this.#told.size < 100 && this.#told.add(kind)
    })
    if (fresh.length === 0) return
    const lines = fresh.map((one) => this.#parts.lineOf(`Not taken: ${one}`))
    this.#parts.journal.add({ is: 'read', at: this.#parts.journal.state.at, points: [], lines })
  }
}
