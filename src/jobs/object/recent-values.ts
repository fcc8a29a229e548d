import { VALUE_REPEATED_WITHIN_MS, VALUES_REMEMBERED_MAX } from '../../platform/limits.ts'
import type { LoggedValue } from '../rules/run.ts'
import type { Core } from './core.ts'

/** Who reports: the runner itself, or a client of somebody else's that its process uses. */
export type Source = 'runner' | 'mlflow' | 'kubeflow'

/** Of one metric, step and value: who reported it (`null`: from before this object began), and with which times. */
type Seen = { source: Source | null; times: number[] }

/** Of one metric: the latest value, and who reports it beside Kubeflow's callback (`null`: nobody, or unknown). */
type Last = { value: number; timestampMs: number; reporter: Source | null }

/**
 * What an attempt reported in the last minutes, by content. A client that hears no answer sends the same again, with the same time: it
 * is stored once. Two sources in one process report the same value at different times: it is stored once as well.
 *
 * Kubeflow's callback repeats what was last logged every few seconds, each time with the step that is done by then: of it only
 * another value is news, and none of a metric that somebody else reports, who knows its step.
 *
 * Two generations are kept, each for VALUE_REPEATED_WITHIN_MS, so that nothing is ever searched for what is old.
 */
export class RecentValues {
  /** The step that a client was at last, by its own word; `null`: none has said. */
  step: number | null = null
  #current = new Map<string, Seen>()
  #former = new Map<string, Seen>()
  #begunMs: number
  readonly #last = new Map<string, Last>()

  /** @param stored what was stored in the last minutes, of whom it is no longer known who reported it */
  constructor(stored: Iterable<LoggedValue>, nowMs: number) {
    this.#begunMs = nowMs
    for (const value of stored) this.#remember(keyOf(value), null, value)
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
      if (source === 'kubeflow' && isKnown(this.#last.get(value.name), value.value)) return false
      this.#remember(key, source, value)
      return true
    })
  }

  #remember(key: string, source: Source | null, { name, value, timestampMs }: LoggedValue): void {
    const times = this.#current.get(key)?.times ?? []
    times.push(timestampMs)
    this.#current.set(key, { source, times })
    const last = this.#last.get(name)
    const isLater = last === undefined || last.timestampMs <= timestampMs
    const reporter = source === 'kubeflow' || source === null ? (last?.reporter ?? null) : source
    this.#last.set(name, isLater ? { value, timestampMs, reporter } : { ...last, reporter })
  }
}

const keyOf = ({ name, step, value }: LoggedValue): string => `${step} ${value} ${name}`

const isKnown = (last: Last | undefined, value: number): boolean =>
  last !== undefined && (last.reporter !== null || Object.is(last.value, value))

/** Values of one step that are sent every few seconds have another time each time. */
const isRepeated = ({ source, times }: Seen, by: Source, timestampMs: number): boolean =>
  times.includes(timestampMs) || by === 'kubeflow' || (source !== null && source !== by)

/** The values of each job's latest attempt to report. */
const recent = new WeakMap<Core, { attempt: number; values: RecentValues }>()

/** The values that an attempt reported in the last minutes; read from the curve when first asked for. */
export function recentOf(core: Core, attempt: number): RecentValues {
  const known = recent.get(core)
  // A later attempt may report the same as an earlier one, whose points no longer count.
  if (known?.attempt === attempt) return known.values
  const nowMs = core.now()
  const values = new RecentValues(core.curve.values.since(nowMs - VALUE_REPEATED_WITHIN_MS, attempt), nowMs)
  recent.set(core, { attempt, values })
  return values
}
