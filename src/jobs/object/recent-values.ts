import { VALUE_REPEATED_WITHIN_MS, VALUES_REMEMBERED_MAX } from '../../platform/limits.ts'
import type { LoggedValue } from '../rules/run.ts'
import type { Core } from './core.ts'

/** Who reports: the runner itself, or a client of somebody else's that its process uses. */
export type Source = 'runner' | 'mlflow' | 'kubeflow'

/** Of one metric, step and value: who reported it (`null`: from before this object began), and with which times. */
type Seen = { source: Source | null; times: number[] }

/**
 * What was reported in the last minutes, by content. A client that hears no answer sends the same again, with the same time: it
 * is stored once. Two sources in one process report the same value at different times: it is stored once as well.
 *
 * Two generations are kept, each for VALUE_REPEATED_WITHIN_MS, so that nothing is ever searched for what is old.
 */
export class RecentValues {
  #current = new Map<string, Seen>()
  #former = new Map<string, Seen>()
  #begunMs: number

  /** @param stored what was stored in the last minutes, of whom it is no longer known who reported it */
  constructor(stored: Iterable<LoggedValue>, nowMs: number) {
    this.#begunMs = nowMs
    for (const value of stored) this.#remember(keyOf(value), null, value.timestampMs)
  }

  /** The values that have not been reported yet. Those are remembered. */
  fresh(values: readonly LoggedValue[], source: Source, nowMs: number): LoggedValue[] {
    if (nowMs - this.#begunMs > VALUE_REPEATED_WITHIN_MS || this.#current.size > VALUES_REMEMBERED_MAX) {
      this.#former = this.#current
      this.#current = new Map()
      this.#begunMs = nowMs
    }
    return values.filter((value) => {
      const key = keyOf(value)
      const seen = this.#current.get(key) ?? this.#former.get(key)
      if (seen !== undefined && isRepeated(seen, source, value.timestampMs)) return false
      this.#remember(key, source, value.timestampMs)
      return true
    })
  }

  #remember(key: string, source: Source | null, timestampMs: number): void {
    const times = this.#current.get(key)?.times ?? []
    times.push(timestampMs)
    this.#current.set(key, { source, times })
  }
}

const keyOf = ({ name, step, value }: LoggedValue): string => `${step} ${value} ${name}`

/** Progress that is sent every few seconds repeats the last values, each time with another time. */
const isRepeated = ({ source, times }: Seen, by: Source, timestampMs: number): boolean =>
  times.includes(timestampMs) || by === 'kubeflow' || (source !== null && source !== by)

/** The values that were reported in the last minutes; read from the curve when first asked for. */
const recent = new WeakMap<Core, RecentValues>()

export function recentOf(core: Core): RecentValues {
  const known = recent.get(core)
  if (known !== undefined) return known
  const nowMs = core.now()
  const fresh = new RecentValues(core.curve.values.since(nowMs - VALUE_REPEATED_WITHIN_MS), nowMs)
  recent.set(core, fresh)
  return fresh
}
