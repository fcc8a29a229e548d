import type uPlot from 'uplot'
import { formatNumber } from '../i18n/format.ts'
import { decimalsOf, logTicksIn, stepsOf, ticksIn } from './ticks.ts'
import type { XKind } from './types.ts'

/** CSS pixels between two ticks: those of a time, in some languages with its half of the day, are long. */
const xSpace: Record<XKind, number> = { count: 64, parts: 64, duration: 64, time: 92 }
const ySpace = 36

/** CSS pixels of an axis's title. */
const titleSize = 20

/** CSS pixels beside the numbers of the y axis; its width changes in steps, so that the curves seldom move. */
const yGap = 10
const yWidthStep = 12

export type AxesOptions = {
  xKind: XKind
  xLabel: string
  yLabel: string
  isLog: boolean
  /** The end of the x axis, which gets a tick. */
  xEnd: () => number
  formatTicks: (values: readonly number[]) => string[]
  font: string
  colour: (token: string) => string
}

/** The axes of a chart: titles, ticks, and a grid line at each of them. */
export function axesOf({ xKind, xLabel, yLabel, isLog, xEnd, formatTicks, font, colour }: AxesOptions): uPlot.Axis[] {
  const axis: uPlot.Axis = {
    font,
    labelFont: font,
    labelSize: titleSize,
    labelGap: 2,
    stroke: () => colour('--quiet'),
    grid: { stroke: () => colour('--line'), width: 1 },
    ticks: { show: false },
  }
  const x: uPlot.Axis = {
    ...axis,
    label: xLabel,
    size: (_, texts) => (texts?.some((text) => text?.includes('\n')) ? 44 : 28),
    space: xSpace[xKind],
    incrs: [...stepsOf[xKind]],
    values: (_, ticks) => formatTicks(ticks),
  }
  const y: uPlot.Axis = {
    ...axis,
    label: yLabel,
    labelSize: yLabel === '' ? 0 : titleSize,
    space: ySpace,
    size: (plot, texts, at, cycle) => (cycle > 1 ? sizeSoFar(plot, at) : widthOf(plot.ctx, texts ?? [], font)),
    values: (_, ticks, __, ___, step) => {
      const decimals = decimalsOf(step)
      return ticks.map((tick) => formatNumber(tick, isLog || decimals > decimalsMax ? undefined : decimals))
    },
  }
  if (xKind !== 'time') {
    x.splits = (_, __, min, max, step, space) => ticksIn({ min, max }, step, xEnd(), (step * xSpace[xKind]) / space)
  }
  if (isLog) {
    // uPlot would leave some of them without a label.
    y.filter = (_, ticks) => ticks
    y.splits = (plot, _, min, max) =>
      logTicksIn({ min, max }, Math.max(3, Math.floor(plot.bbox.height / devicePixelRatio / ySpace)))
  }
  return [x, y]
}

/** uPlot lays out in cycles until no size changes: one that follows its own effect would never settle. */
const sizeSoFar = ({ axes }: uPlot, at: number): number => (axes[at] as { _size?: number } | undefined)?._size ?? 0

function widthOf(ctx: CanvasRenderingContext2D, texts: readonly (string | null)[], font: string): number {
  ctx.font = font.replace('12px', `${12 * devicePixelRatio}px`)
  const widest = Math.max(0, ...texts.map((text) => ctx.measureText(text ?? '').width / devicePixelRatio))
  return Math.ceil((widest + yGap) / yWidthStep) * yWidthStep
}

/** Beyond so many decimals numbers are told by their powers of ten. */
const decimalsMax = 8

/** The space above and below the curves, as a part of their height. */
const margin = 0.08

/** The range of a logarithmic axis around its positive values. */
export function logRange(min: number | null, max: number | null): [number, number] {
  const [low, high] = [min ?? 0.1, max ?? 1]
  const factor = low === high ? 2 : (high / low) ** margin
  return [low / factor, high * factor]
}
