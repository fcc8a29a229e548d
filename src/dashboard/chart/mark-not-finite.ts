import type uPlot from 'uplot'
import { notFiniteIn } from './not-finite.ts'
import type { Curve, Values } from './types.ts'

type Marks = typeof import('./not-finite-marks.ts')

let marks: Marks | undefined

/** Marks what is not finite. Few curves have any of it, so that the script comes with the first; words below the chart say the same. */
export function markNotFinite(
  plot: uPlot,
  curves: readonly Curve[],
  values: readonly Values[],
  look: Parameters<Marks['drawNotFinite']>[3],
): void {
  if (notFiniteIn(curves, values).length === 0) return
  if (marks === undefined) void load(plot)
  else marks.drawNotFinite(plot, curves, values, look)
}

async function load(plot: uPlot): Promise<void> {
  marks = await import('./not-finite-marks.ts').catch(() => undefined)
  if (marks !== undefined && plot.root.isConnected) plot.redraw(false, false)
}
