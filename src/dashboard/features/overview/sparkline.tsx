import { height, pathOf, type SparkCurve, width } from './spark-path.ts'

export type SparklineProps = SparkCurve & {
  /** What it shows, with its first and last value. */
  label: string
}

/** A curve without axes. All that stand below each other have the same scales, so that they can be compared. */
export function Sparkline({ label, ...curve }: SparklineProps) {
  return (
    <svg class="sparkline" viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" role="img" aria-label={label}>
      <path class="sparkline-base" d={`M0 ${height - 1}H${width}`} vector-effect="non-scaling-stroke" />
      <path d={pathOf(curve)} fill="none" stroke="currentColor" vector-effect="non-scaling-stroke" />
    </svg>
  )
}
