import type { ReadonlySignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'

/** Numbers by index: a view of a column, or a list with `null` where there is no value. NaN and ±Infinity are values. */
export type Values = Float64Array<ArrayBuffer> | (number | null)[]

/** One curve. */
export type Curve = {
  /** What the legend calls it. */
  label: string
  /** A design token: `--curve-1` … `--curve-10`. */
  colour: `--${string}`
  /** CSS pixels drawn and left out, in turn: so that curves differ without their colours. */
  dash?: readonly number[]
  /** Short for a dash that is clearly not a solid line. */
  dashed?: boolean
  /** Drawn faintly: under its smoothed curve, or because it no longer counts. */
  isRaw?: boolean
  format: (value: number) => string
}

/**
 * An epoch's beginning on the x axis, a pause, or where an attempt went back to: a line, or with `to` a stretch without values.
 * `detail` follows the label where there is room.
 */
export type Mark =
  | { kind: 'epoch'; from: number; epoch: number }
  | { kind: 'pause' | 'rewind'; from: number; to?: number; label: string; detail?: string }

/** Two values of a curve between which no line goes, by their indexes. */
export type Gap = readonly [before: number, after: number]

/** What a chart shows. Its x values ascend; each curve has as many values or fewer. */
export type ChartContent = {
  x: Values
  curves: readonly Values[]
  marks: readonly Mark[]
  /** Of each curve where its line is broken, though it has a value on both sides; missing: nowhere. */
  gaps?: readonly (readonly Gap[])[]
  /** How far the x axis goes; `null`: as far as the values. */
  xRange: readonly [from: number, to: number] | null
}

/** What x is: a whole count, a count with parts, a duration in ms, or a time in Unix ms. */
export type XKind = 'count' | 'parts' | 'duration' | 'time'

/** The content of a chart, and its texts. */
export type ChartProps = {
  title: string
  /** What can be done with the chart, beside its title. */
  actions?: ComponentChildren
  /** Hidden from view where the page says it already; screen readers get it. */
  isTitleHidden?: boolean
  /** What the curves show, in a sentence for screen readers. */
  summary: string
  curves: readonly Curve[]
  /**
   * Called to draw the chart; drawn again when a signal read in it changes, or when it is another function. Arrays are
   * not copied.
   */
  content: () => ChartContent
  /** What the x axis counts, and what the y axis measures. */
  xLabel: string
  yLabel: string
  formatX: (value: number) => string
  /** The texts of the x axis's ticks, where they are not each `formatX`; a second line stands under the first. */
  formatTicks?: (values: readonly number[]) => string[]
  xKind?: XKind
  /** Whether the y axis is logarithmic: values that are not positive are left out then. */
  isLog?: boolean
  height?: number
  /** Replaces the default legend, below the curves; gets the index under the cursor, `null` while it is elsewhere. */
  legend?: (cursor: ReadonlySignal<number | null>) => ComponentChildren
}
