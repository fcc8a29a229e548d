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
  /** CSS pixels drawn and left out, in turn: so that curves differ without their colours. */
  dash?: readonly number[]
  /** Short for a dash that is clearly not a solid line. */
  dashed?: boolean
  format: (value: number) => string
}

/** A line on the x axis, or with `to` a stretch without values. `detail` follows the label where there is room. */
export type Mark = { kind: 'epoch' | 'pause'; from: number; to?: number; label?: string; detail?: string }

/** What a chart shows. Its x values ascend; each curve has as many values or fewer. */
export type ChartContent = {
  x: Values
  curves: readonly Values[]
  marks: readonly Mark[]
  /** How far the x axis goes; `null`: as far as the values. */
  xRange: readonly [from: number, to: number] | null
}

/** The content of a chart, and its texts. */
export type ChartProps = {
  title: string
  /** What the curves show, in a sentence for screen readers. */
  summary: string
  curves: readonly Curve[]
  /**
   * Called to draw the chart; drawn again when a signal read in it changes, or when it is another function. Arrays are
   * not copied.
   */
  content: () => ChartContent
  /** What the x axis counts. */
  xLabel: string
  formatX: (value: number) => string
  /** The texts of the x axis's ticks, where they are not each `formatX`; a second line stands under the first. */
  formatTicks?: (values: readonly number[]) => string[]
  /** `digits`: the decimals that distinguish the ticks. */
  formatY: (value: number, digits: number) => string
  /** What x is: a count, or a time in Unix ms. */
  xKind?: 'count' | 'time'
  height?: number
  /** Replaces the default legend; gets the index under the cursor, `null` while it is elsewhere. */
  legend?: (cursor: ReadonlySignal<number | null>) => ComponentChildren
  /** Changes with the meaning of x, which resets the zoom. */
  resetKey?: string
}
