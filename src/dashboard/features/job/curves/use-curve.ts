import { computed, effect, untracked } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import { isFinal } from '../../../../shared/job-status.ts'
import { view, viewName } from '../../../chart/address.ts'
import type { LiveJob } from '../../../live/watch-live.ts'
import { CURVE_ASKED_AFTER_MS, CURVE_POINTS, CURVE_POLLED_MS } from '../../../platform/limits.ts'
import { along, axis } from '../axis.ts'
import { partOf } from './part.ts'
import { CurveReader, whole } from './reader.ts'
import { showsSuperseded } from './settings.ts'
import type { Source } from './source.ts'
import { continued, type Rows, spliced } from './splice.ts'

/** A curve as a chart draws it: what the stream brings, and where that is not all, what the service has of the view. */
export class ShownCurve {
  readonly #live: LiveJob
  readonly #source: Source
  readonly base: CurveReader
  readonly #detail: CurveReader

  constructor(live: LiveJob, source: Source) {
    this.#live = live
    this.#source = source
    this.base = new CurveReader(live.jobId, source)
    this.#detail = new CurveReader(live.jobId, source)
  }

  /** Whether the stream has brought every point. */
  readonly isWhole = computed(() => this.#live.beginning.value.isWhole && !this.#source.isPolled)

  /** Whether there is anything yet to draw it from. */
  readonly isThere = computed(() => this.isWhole.value || this.#source.isThinned || this.base.read.value !== null)

  /** The rows in force; reads signals. */
  rows(): Rows {
    void this.#live.version.value
    const live = this.#source.live()
    if (this.isWhole.value) return live
    const base = this.base.read.value?.rows
    const coarse = base === undefined || this.#source.isThinned ? live : continued(base, live)
    const detail = this.#detail.read.value
    return detail === null ? coarse : spliced(coarse, detail)
  }

  /** What later attempts have superseded; reads signals. */
  superseded() {
    const read = this.#detail.read.value ?? this.base.read.value
    return showsSuperseded.value ? (read?.superseded ?? []) : []
  }

  /** Keeps it up to date. @returns a function that ends that */
  follow(): () => void {
    const stops = [this.#followBase(), this.#followView(), this.#followRewinds()]
    return () => {
      for (const stop of stops) stop()
    }
  }

  #askBase = () => this.base.ask(whole, showsSuperseded.peek())

  /** Reads the whole curve: once, when the stream starts over, when so much has come since, or every so often. */
  #followBase(): () => void {
    const isNeeded = computed(() => showsSuperseded.value || (!this.isWhole.value && !this.#source.isThinned))
    const stopReading = effect(() => {
      void this.#live.beginning.value
      if (isNeeded.value) untracked(this.#askBase)
      else this.base.forget()
    })
    let grownFrom = 0
    const stopGrowing = effect(() => {
      void this.#live.version.value
      const { length } = this.#source.live()
      if (length < grownFrom) grownFrom = 0
      if (!isNeeded.peek() || this.isWhole.peek() || length - grownFrom < CURVE_POINTS) return
      grownFrom = length
      untracked(this.#askBase)
    })
    const timer = setInterval(() => {
      const status = this.#live.event.peek()?.status
      if (this.#source.isPolled && status !== undefined && !isFinal(status)) this.#askBase()
    }, CURVE_POLLED_MS)
    return () => {
      stopReading()
      stopGrowing()
      clearInterval(timer)
    }
  }

  /** Reads what is in view, a moment after it was chosen. */
  #followView(): () => void {
    let timer: ReturnType<typeof setTimeout> | undefined
    const isExact = computed(() => this.isWhole.value || (this.base.read.value?.isExact ?? false))
    const stop = effect(() => {
      void viewName.value
      const part = view.peek()
      const chosen = axis.value
      const superseded = showsSuperseded.value
      void this.#live.beginning.value
      clearTimeout(timer)
      if (part === null || isExact.value) return this.#detail.forget()
      timer = setTimeout(() => {
        const points = this.#live.points
        this.#detail.ask(partOf(part, points, along(chosen, this.#live)), superseded)
      }, CURVE_ASKED_AFTER_MS)
    })
    return () => {
      stop()
      clearTimeout(timer)
    }
  }

  #followRewinds(): () => void {
    return effect(() => {
      const rewind = this.#live.event.value?.rewind
      if (rewind === undefined || this.#source.isPolled) return
      for (const reader of [this.base, this.#detail]) reader.rewind(rewind.from_step)
      if (this.base.read.peek() !== null) untracked(this.#askBase)
    })
  }
}

/** A curve while the component is shown. */
export function useCurve(live: LiveJob, source: Source): ShownCurve {
  const curve = useMemo(() => new ShownCurve(live, source), [live, source])
  useEffect(() => curve.follow(), [curve])
  return curve
}
