/** The values that JSON has no number for, by the names that it carries them under. */
export const nonFiniteNames = ['NaN', 'Infinity', '-Infinity'] as const

/** A metric's value in JSON. A loss that is not finite has diverged, and is shown as such. */
export type MetricValue = number | (typeof nonFiniteNames)[number]

/** A number as it stands in JSON. */
export const metricValueOf = (value: number): MetricValue =>
  Number.isFinite(value) ? value : (String(value) as MetricValue)

/** The number that stands in JSON so; `null`: there is none. */
export const numberOf = (value: MetricValue | null): number | null => (value === null ? null : Number(value))
