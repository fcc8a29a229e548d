import { computed, effect, untracked } from '@preact/signals'
import { isFinal } from '../../../shared/job-status.ts'
import { CURVE_ASKED_AFTER_MS, CURVE_POINTS } from '../../platform/limits.ts'
import { CurveReader, type Part, whole } from './reader.ts'
import type { Feed, Source } from './source.ts'
import { continued, type Rows, spliced } from './splice.ts'

/** What of a curve is looked at. Both read signals. */
export type Wanted = {
  /** Finds the steps in view among the rows that are known; `null`: the whole curve is in view, or nobody knows. */
  inView: () => ((known: Rows) => Part | null) | null
  /** Whether also what later attempts have superseded. */
  superseded: () => boolean
}

/** A curve as a chart draws it: what the stream brings, and where that is not all, what the service has of the view. */
export class ShownCurve {
  readonly source: Source
  readonly #feed: Feed
  readonly #wanted: Wanted
  readonly #base: CurveReader
  readonly #detail: CurveReader

  constructor(feed: Feed, source: Source, wanted: Wanted) {
    this.source = source
    this.#feed = feed
    this.#wanted = wanted
    this.#base = new CurveReader(feed.jobId, source)
    this.#detail = new CurveReader(feed.jobId, source)
  }

  /** Whether the stream has brought every point. */
  readonly #isWhole = computed(() => this.#feed.beginning.value.isWhole && this.source.polledMs() === Infinity)

  /** Whether the service is asked for the whole curve. */
  readonly #isAsked = computed(() => this.#wanted.superseded() || (!this.#isWhole.value && !this.source.isThinned))

  /** Whether there is anything yet to draw it from. */
  readonly isThere = computed(() => this.#isWhole.value || this.source.isThinned || this.#base.read.value !== null)

  /** Another value with each change of the curve. */
  readonly version = computed(() => [this.#feed.version.value, this.#base.read.value, this.#detail.read.value])

  /** Why the whole curve was refused; `null`: it was not. */
  get refusal() {
    return this.#base.refusal
  }

  /** The rows in force; reads signals. */
  rows(): Rows {
    void this.#feed.version.value
    const detail = this.#detail.read.value
    return detail === null ? this.#coarse() : spliced(this.#coarse(), detail)
  }

  /** What later attempts have superseded; reads signals. */
  superseded() {
    const read = this.#detail.read.value ?? this.#base.read.value
    return this.#wanted.superseded() ? (read?.superseded ?? []) : []
  }

  /** Asks the service for the whole curve. */
  ask = (): void => this.#base.ask(whole, untracked(this.#wanted.superseded))

  /** Keeps it up to date. @returns a function that ends that */
  follow(): () => void {
    const stops = [this.#followBase(), this.#followView(), this.#followRewinds()]
    return () => {
      for (const stop of stops) stop()
    }
  }

  #coarse(): Rows {
    const live = this.source.live()
    const base = this.#base.read.value?.rows
    return this.#isWhole.value || this.source.isThinned || base === undefined ? live : continued(base, live)
  }

  /** Reads the whole curve: once, when the stream starts over, when so much has come since, or every so often. */
  #followBase(): () => void {
    const stopReading = effect(() => {
      void this.#feed.beginning.value
      void this.#wanted.superseded()
      if (this.#isAsked.value) untracked(this.ask)
      else this.#base.forget()
    })
    let grownFrom = 0
    const stopGrowing = effect(() => {
      void this.#feed.version.value
      const { length } = this.source.live()
      if (length < grownFrom) grownFrom = 0
      if (!this.#isAsked.peek() || this.#isWhole.peek() || length - grownFrom < CURVE_POINTS) return
      grownFrom = length
      untracked(this.ask)
    })
    const stopPolling = effect(() => {
      const everyMs = this.source.polledMs()
      if (everyMs === Infinity) return
      const timer = setInterval(() => {
        const status = this.#feed.event.peek()?.status
        if (this.#isAsked.peek() && (status === undefined || !isFinal(status))) this.ask()
      }, everyMs)
      return () => clearInterval(timer)
    })
    return () => {
      stopReading()
      stopGrowing()
      stopPolling()
    }
  }

  /** Reads what is in view, a moment after it was chosen. */
  #followView(): () => void {
    let timer: ReturnType<typeof setTimeout> | undefined
    const isExact = computed(() => this.#isWhole.value || (this.#base.read.value?.isExact ?? false))
    const stop = effect(() => {
      const partIn = this.#wanted.inView()
      const superseded = this.#wanted.superseded()
      void this.#feed.beginning.value
      clearTimeout(timer)
      // Where the view is may only be known by the curve.
      if (partIn === null || isExact.value || !this.isThere.value) return this.#detail.forget()
      timer = setTimeout(() => {
        const part = partIn(this.#coarse())
        if (part === null) this.#detail.forget()
        else this.#detail.ask(part, superseded)
      }, CURVE_ASKED_AFTER_MS)
    })
    return () => {
      stop()
      clearTimeout(timer)
    }
  }

  #followRewinds(): () => void {
    return effect(() => {
      const rewind = this.#feed.event.value?.rewind
      if (rewind === undefined || untracked(this.source.polledMs) < Infinity) return
      for (const reader of [this.#base, this.#detail]) reader.rewind(rewind.from_step)
      if (this.#base.read.peek() !== null) untracked(this.ask)
    })
  }
}
