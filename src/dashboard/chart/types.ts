import type { ReadonlySignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'

/** Numbers by index: a view of a column, or a list with `null` where there is no value. */
export type Values = Float64Array<ArrayBuffer> | (number | null)[]

/** One curve. */
export type Curve = {
  /** What the legend calls it. */
  label: string
  /** A design token: `--curve-1` … `--curve-5`. */
  colour: `--${string}`
  /** CSS pixels drawn and left out, in turn: so curves can be told apart without their colours. */
  dash?: readonly number[]
  /** Short for a dash that is told from a line at a glance. */
  dashed?: boolean
  format: (value: number) => string
}

/**
 * A place on the x axis: a line, or with `to` a stretch in which there are no values. Where there is room, `detail`
 * stands behind its label.
 */
export type Mark = { kind: 'epoch' | 'pause'; from: number; to?: number; label?: string; detail?: string }

/** What a chart shows. Its x values ascend; each curve has as many values or fewer. */
export type ChartContent = {
  x: Values
  curves: readonly Values[]
  marks: readonly Mark[]
  /** How far the x axis goes; `null`: as far as the values. */
  xRange: readonly [from: number, to: number] | null
}

/** What a chart is told: what it shows, and how to speak of it. */
export type ChartProps = {
  title: string
  /** What the curves come to, in a sentence for those who do not see them. */
  summary: string
  curves: readonly Curve[]
  /**
   * Read when the chart is drawn. It is drawn anew when a signal changes that this reads, and when this is another
   * function. Arrays are not copied.
   */
  content: () => ChartContent
  /** What the x axis counts. */
  xLabel: string
  formatX: (value: number) => string
  /** The texts of the x axis's ticks, where they are not each `formatX`; a second line stands under the first. */
  formatTicks?: (values: readonly number[]) => string[]
  /** `digits`: as many behind the point as the ticks take to be told apart. */
  formatY: (value: number, digits: number) => string
  /** What x is: a count, or a time in Unix ms. */
  xKind?: 'count' | 'time'
  height?: number
  /** In place of the chart's own legend; gets the index under the cursor, `null` while it is elsewhere. */
  legend?: (cursor: ReadonlySignal<number | null>) => ComponentChildren
  /** Changes when x means something else, so that what was zoomed into means nothing any more. */
  resetKey?: string
}
