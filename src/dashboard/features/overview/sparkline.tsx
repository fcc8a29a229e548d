import { SPARKLINE_POINTS } from '../../platform/limits.ts'

export type SparklineProps = {
  values: Float64Array
  /** What it shows, with its first and last value. */
  label: string
}

const width = 120
const height = 32

/** A curve without axes. */
export function Sparkline({ values, label }: SparklineProps) {
  return (
    <svg class="sparkline" viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" role="img" aria-label={label}>
      <polyline points={pointsOf(values)} fill="none" stroke="currentColor" vector-effect="non-scaling-stroke" />
    </svg>
  )
}

/** Evenly chosen values, including the last. */
function pointsOf(values: Float64Array): string {
  if (values.length < 2) return ''
  const count = Math.min(SPARKLINE_POINTS, values.length)
  const samples = Array.from(
    { length: count },
    (_, at) => values[Math.round((at * (values.length - 1)) / (count - 1))] ?? 0,
  )
  const lowest = Math.min(...samples)
  const span = Math.max(...samples) - lowest || 1
  const place = (value: number, at: number) =>
    `${((at / (count - 1)) * width).toFixed(1)},${(height - 2 - ((value - lowest) / span) * (height - 4)).toFixed(1)}`
  return samples.map(place).join(' ')
}
