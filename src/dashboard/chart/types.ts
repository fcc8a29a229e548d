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

/** A place on the x axis: a line, or with `to` a stretch in which there are no values. */
export type Mark = { kind: 'epoch' | 'pause'; from: number; to?: number; label?: string }

/** What a chart shows. Its x values ascend; each curve has as many values or fewer. */
export type ChartContent = {
  x: Values
  curves: readonly Values[]
  marks: readonly Mark[]
  /** How far the x axis goes; `null`: as far as the values. */
  xRange: readonly [from: number, to: number] | null
}
