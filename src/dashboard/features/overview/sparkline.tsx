import { SPARKLINE_POINTS } from '../../platform/limits.ts'

export type SparklineProps = {
  values: Float64Array
  /** The step of each value, from 0. */
  steps: Float64Array
  /** Steps of the whole job: what it has not reached yet stays empty. */
  totalSteps: number
  /** The value at the upper edge; 0 is at the lower. */
  max: number
  /** What it shows, with its first and last value. */
  label: string
}

const width = 120
const height = 32

/** A curve without axes. All that stand below each other have the same scales, so that they can be compared. */
export function Sparkline({ label, ...curve }: SparklineProps) {
  return (
    <svg class="sparkline" viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" role="img" aria-label={label}>
      <path class="sparkline-base" d={`M0 ${height - 1}H${width}`} vector-effect="non-scaling-stroke" />
      <polyline points={pointsOf(curve)} fill="none" stroke="currentColor" vector-effect="non-scaling-stroke" />
    </svg>
  )
}

/** Evenly chosen values, including the last. */
function pointsOf({ values, steps, totalSteps, max }: Omit<SparklineProps, 'label'>): string {
  if (values.length < 2) return ''
  const count = Math.min(SPARKLINE_POINTS, values.length)
  return Array.from({ length: count }, (_, n) => {
    const at = Math.round((n * (values.length - 1)) / (count - 1))
    const x = ((steps[at] ?? 0) / totalSteps) * width
    const y = height - 2 - ((values[at] ?? 0) / max) * (height - 4)
    return `${x.toFixed(1)},${y.toFixed(1)}`
  }).join(' ')
}
