import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { CHART_POINTS_MIN } from '../platform/limits.ts'
import { drawMarks, gapsOf, nameMarks } from './marks.ts'
import type { ChartContent, Curve } from './types.ts'
import { showing, type View, zoomed } from './view.ts'

export type PlotOptions = {
  height: number
  curves: readonly Curve[]
  /** The texts of the x axis's ticks; a second line stands under the first. */
  formatTicks: (values: readonly number[]) => string[]
  /** `digits`: the decimals that distinguish the ticks. */
  formatY: (value: number, digits: number) => string
  /** The index under the cursor; `null`: the cursor is elsewhere. */
  onCursor: (index: number | null) => void
  onZoom: (zoomed: boolean) => void
  /** `time`: x is Unix ms. */
  xKind: 'count' | 'time'
}

/** A token's colour as it is in the theme of the moment. */
function colourOf(element: HTMLElement, token: string): string {
  const probe = document.createElement('span')
  probe.style.color = `var(${token})`
  element.appendChild(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}

const dashOf = ({ dash, dashed }: Curve) => (dash ? { dash: [...dash] } : dashed ? { dash: [6, 4] } : {})

/** Decimals of a distance between ticks: 0.025 has three. */
const digitsOf = (distance: number) => String(distance).split('.')[1]?.length ?? 0

/** Distances of the x axis's ticks: there is no half step. */
const wholeSteps = [0, 1, 2, 3, 4].flatMap((power) => [1, 2, 5].map((digit) => digit * 10 ** power))

/** A drawn chart: the only file that knows uPlot. */
export class Plot {
  readonly #plot: uPlot
  readonly #element: HTMLElement
  readonly #resize: ResizeObserver
  readonly #options: PlotOptions
  /** Colours by design token: reading one forces a layout, and a redraw needs hundreds. */
  readonly #colours = new Map<string, string>()
  #content: ChartContent
  #zoomed = false
  /** The point under the cursor when moved by keys: it stays there while the curve grows. */
  #held: number | null = null

  constructor(element: HTMLElement, content: ChartContent, options: PlotOptions) {
    this.#element = element
    this.#content = content
    this.#options = options
    this.#plot = new uPlot(this.#uplotOptions(), this.#data(), element)
    this.#resize = new ResizeObserver(() => this.#plot.setSize({ width: element.clientWidth, height: options.height }))
    this.#resize.observe(element)
  }

  /** Replaces the content; a zoomed view stays. */
  update(content: ChartContent): void {
    this.#content = content
    const { min, max } = this.#plot.scales.x ?? {}
    this.#plot.setData(this.#data(), !this.#zoomed)
    if (this.#zoomed && min != null && max != null) this.#plot.setScale('x', { min, max })
  }

  /** Redraws in the colours of a changed theme. */
  redraw(): void {
    this.#colours.clear()
    this.#plot.redraw(true, true)
  }

  /** Shows everything. */
  reset(): void {
    this.#setZoomed(false)
    this.#plot.setData(this.#data())
  }

  /** Zooms around the cursor, or else around the middle: a factor under 1 shows less. */
  zoom(factor: number): void {
    const view = this.#view()
    const { idx } = this.#plot.cursor
    const middle = idx == null ? (view.min + view.max) / 2 : this.#xAt(idx)
    const next = zoomed(view, this.#range(), { factor, middle, widthMin: this.#widthMin() })
    if (next === null) {
      this.reset()
      return
    }
    this.#setZoomed(true)
    this.#plot.setScale('x', next)
  }

  /** Moves the cursor by a part of the points in view, by one at least; from the middle, when it is nowhere. */
  moveCursor(part: number): void {
    const [first, last] = this.#plot.series[0]?.idxs ?? [0, 0]
    const from = this.#plot.cursor.idx ?? Math.round((first + last) / 2)
    const points = Math.max(1, Math.round(Math.abs(part) * (last - first)))
    this.putCursor(from + Math.sign(part) * points)
  }

  /** Moves the cursor to a point, limited to the first and last, and brings it into view. */
  putCursor(index: number): void {
    const last = this.#content.x.length - 1
    if (last < 0) return
    this.#held = Math.min(last, Math.max(0, index))
    if (this.#zoomed) this.#plot.setScale('x', showing(this.#xAt(this.#held), this.#view()))
    this.#plot.setCursor({ left: 0, top: 0 })
  }

  hideCursor(): void {
    this.#held = null
    this.#plot.setCursor({ left: -1, top: -1 })
  }

  destroy(): void {
    this.#resize.disconnect()
    this.#plot.destroy()
  }

  #data(): uPlot.AlignedData {
    return [this.#content.x, ...this.#content.curves] as unknown as uPlot.AlignedData
  }

  #xAt(index: number): number {
    return this.#content.x[index] ?? 0
  }

  /** What of the x axis is in view. */
  #view(): View {
    const { min, max } = this.#plot.scales.x ?? {}
    return { min: min ?? 0, max: max ?? 0 }
  }

  /** The width of CHART_POINTS_MIN points, if they lay evenly. */
  #widthMin(): number {
    const last = this.#content.x.length - 1
    return ((this.#xAt(last) - this.#xAt(0)) / Math.max(1, last)) * CHART_POINTS_MIN
  }

  /** Where the cursor is shown: where it was put by the mouse, or at the point that it is held on. */
  #placeCursor(left: number, top: number): [number, number] {
    if (this.#held === null) return [left, top]
    const place = this.#plot.valToPos(this.#xAt(this.#held), 'x')
    return [Math.min(this.#plot.over.clientWidth, Math.max(0, place)), 0]
  }

  #range(): readonly [number, number] {
    const { x, xRange } = this.#content
    const from = xRange?.[0] ?? x[0] ?? 0
    const to = xRange?.[1] ?? x[x.length - 1] ?? 1
    return to > from ? [from, to] : [from, from + 1]
  }

  #colourOf(token: string): string {
    const cached = this.#colours.get(token)
    if (cached !== undefined) return cached
    const colour = colourOf(this.#element, token)
    this.#colours.set(token, colour)
    return colour
  }

  #setZoomed(zoomed: boolean): void {
    this.#zoomed = zoomed
    this.#options.onZoom(zoomed)
  }

  #uplotOptions(): uPlot.Options {
    const { curves, formatTicks, formatY, height, onCursor, xKind } = this.#options
    const colourNow = (token: string) => this.#colourOf(token)
    const colour = (token: string) => () => this.#colourOf(token)
    const axis = { stroke: colour('--quiet'), grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false } }
    const font = `12px ${getComputedStyle(this.#element).fontFamily}`
    return {
      ms: 1,
      width: this.#element.clientWidth,
      height,
      padding: [12, 24, 0, 0],
      legend: { show: false },
      cursor: {
        drag: { x: true, y: false, dist: 6 },
        y: false,
        points: { size: 8 },
        move: (_, left, top) => this.#placeCursor(left, top),
        bind: {
          mousemove: (_, __, move) => (event) => {
            this.#held = null
            return move(event)
          },
        },
      },
      scales: {
        x: { time: xKind === 'time', range: (_, min, max) => (this.#zoomed ? [min, max] : [...this.#range()]) },
        y: { range: (_, min, max) => uPlot.rangeNum(min ?? 0, max ?? 1, 0.08, true) },
      },
      axes: [
        {
          ...axis,
          font,
          grid: { show: false },
          size: (_, texts) => (texts?.some((text) => text?.includes('\n')) ? 48 : 30),
          space: 72,
          ...(xKind === 'count' ? { incrs: wholeSteps } : {}),
          values: (_, ticks) => formatTicks(ticks),
        },
        {
          ...axis,
          font,
          size: 56,
          values: (_, ticks, __, ___, distance) => ticks.map((tick) => formatY(tick, digitsOf(distance))),
        },
      ],
      series: [
        {},
        ...curves.map(
          (curve): uPlot.Series => ({
            label: curve.label,
            stroke: colour(curve.colour),
            width: 1.75,
            ...dashOf(curve),
            points: { show: (_, __, from, to) => to - from < 2 },
            gaps: (plot, _, __, ___, found) => [...found, ...gapsOf(plot, this.#content.marks)],
          }),
        ),
      ],
      hooks: {
        drawClear: [(plot) => drawMarks(plot, this.#content.marks, colourNow)],
        drawAxes: [(plot) => nameMarks(plot, this.#content.marks, colourNow, font)],
        setCursor: [(plot) => onCursor(plot.cursor.idx ?? null)],
        setSelect: [(plot) => plot.select.width > 0 && this.#setZoomed(true)],
        ready: [
          (plot) => {
            plot.over.addEventListener('dblclick', () => this.reset())
          },
        ],
      },
    }
  }
}
