import { signal } from '@preact/signals'
import { METRIC_CHOICES_MAX } from '../../../platform/limits.ts'
import { recall, remember } from '../../../platform/stored.ts'

/** Which metrics a person wants to see first, and which not at all: by name, for all jobs. */
export type MetricChoices = { pinned: readonly string[]; hidden: readonly string[] }

/** What was stored, by this version or any other. */
export function choicesIn(text: string | null): MetricChoices {
  const namesIn = (value: unknown) =>
    Array.isArray(value) ? value.filter((name) => typeof name === 'string').slice(-METRIC_CHOICES_MAX) : []
  try {
    const { pinned, hidden } = JSON.parse(text ?? '{}') ?? {}
    return { pinned: namesIn(pinned), hidden: namesIn(hidden) }
  } catch {
    return { pinned: [], hidden: [] }
  }
}

const chosen = signal(choicesIn(recall('metrics')))

/** The choices of this browser. */
export const metricChoices = () => chosen.value

// Another tab has chosen.
addEventListener('storage', ({ key, newValue }) => {
  if (key === 'metrics') chosen.value = choicesIn(newValue)
})

/** Pins or hides a metric, or ends that. What is pinned is not hidden, and the other way round. */
export function choose(name: string, as: keyof MetricChoices, isChosen: boolean): void {
  const without = (names: readonly string[]) => names.filter((one) => one !== name)
  const rest = { pinned: without(chosen.value.pinned), hidden: without(chosen.value.hidden) }
  chosen.value = isChosen ? { ...rest, [as]: [...rest[as], name].slice(-METRIC_CHOICES_MAX) } : rest
  remember('metrics', JSON.stringify(chosen.value))
}
