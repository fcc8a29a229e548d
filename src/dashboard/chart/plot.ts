import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { CHART_POINTS_MIN } from '../platform/limits.ts'
import { axesOf, logRange } from './axes.ts'
import { Colours } from './colours.ts'
import { markNotFinite } from './mark-not-finite.ts'
import { drawMarks, gapsOf, nameMarks } from './marks.ts'
import type { ChartContent, Curve, Gap, XKind } from './types.ts'
import { type Drawn, drawable, isolatedIn } from './values.ts'
import { nearestTo, showing, type View, within, zoomed } from './view.ts'

export type PlotOptions = {
  height: number
  curves: readonly Curve[]
  /** The texts of the x axis's ticks; a second line stands under the first. */
  formatTicks: (values: readonly number[]) => string[]
  xLabel: string
  yLabel: string
  /** The index under the cursor; `null`: the cursor is elsewhere. */
  onCursor: (index: number | null) => void
  /** The user requests another view, `null` for everything; `show` displays it. */
  onView: (view: View | null) => void
  xKind: XKind
  isLog: boolean
}

const dashOf = ({ dash, dashed }: Curve) => (dash ? { dash: [...dash] } : dashed ? { dash: [6, 4] } : {})

/** How faint a curve is under its smoothed one, or that no longer counts: fainter, its dots were lost on the light ground. */
const rawAlpha = 0.55

/** A drawn chart. */
export class Plot {
  readonly #plot: uPlot
  readonly #element: HTMLElement
  readonly #resize: ResizeObserver
  readonly #options: PlotOptions
  readonly #colours: Colours
  #content: ChartContent
  /** The requested part of the x axis; `null`: all of it. */
  #wanted: View | null = null
  /** The point under the cursor when moved by keys: it stays there while the curve grows. */
  #held: number | null = null

  constructor(element: HTMLElement, content: ChartContent, options: PlotOptions) {
    this.#element = element
    this.#content = content
    this.#options = options
    this.#colours = new Colours(element)
    this.#plot = new uPlot(this.#uplotOptions(), this.#data(), element)
    this.#resize = new ResizeObserver(() => this.#plot.setSize({ width: element.clientWidth, height: options.height }))
    this.#resize.observe(element)
  }

  /** Replaces the content, and draws it before it returns; a zoomed view stays, and a cursor that keys have set. */
  update(content: ChartContent): void {
    const heldAt = this.#held === null ? null : this.#xAt(this.#held)
    this.#content = content
    if (heldAt !== null) this.#held = nearestTo(heldAt, content.x)
    this.#plot.batch(() => this.#plot.setData(this.#data()))
  }

  /** Shows a part of the x axis; all of it for `null`, or if nothing of the part is there. */
  show(view: View | null): void {
    this.#wanted = view
    this.#plot.setData(this.#data())
  }

  /** Redraws in the colours of a changed theme. */
  redraw(): void {
    this.#colours.forget()
    this.#plot.redraw(true, true)
  }

  reset(): void {
    this.#options.onView(null)
  }

  /** Zooms around the cursor, or else around the middle: a factor under 1 shows less. */
  zoom(factor: number): void {
    const view = this.#view()
    const { idx } = this.#plot.cursor
    const middle = idx == null ? (view.min + view.max) / 2 : this.#xAt(idx)
    this.#options.onView(zoomed(view, this.#range(), { factor, middle, widthMin: this.#widthMin() }))
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
    const view = this.#view()
    const next = showing(this.#xAt(this.#held), view)
    if (this.#wanted !== null && next.min !== view.min) this.#options.onView(next)
    this.#shareCursor(0)
  }

  hideCursor(): void {
    this.#held = null
    this.#shareCursor(-1)
  }

  /** Moves the cursor here and in the other charts, which uPlot's types do not say that it can. */
  #shareCursor(at: number): void {
    const plot: { setCursor(at: { left: number; top: number }, fires: boolean, shares: boolean): void } = this.#plot
    plot.setCursor({ left: at, top: at }, true, true)
  }

  destroy(): void {
    this.#resize.disconnect()
    this.#plot.destroy()
  }

  #data(): uPlot.AlignedData {
    const { curves, isLog } = this.#options
    // When a curve is added, its values come a moment before the plot that is made for it.
    const values = curves.map((_, at) => this.#content.curves[at] ?? [])
    return [this.#content.x, ...values.map((one) => drawable(one, isLog))] as unknown as uPlot.AlignedData
  }

  /** Where the line of a series is broken; the first series is x. */
  #broken(series: number): readonly Gap[] {
    return this.#content.gaps?.[series - 1] ?? []
  }

  #xAt(index: number): number {
    return this.#content.x[index] ?? 0
  }

  /** What of the x axis is in view. */
  #view(): View {
    return within(this.#wanted, this.#range())
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

  /** The stretch that was dragged over comes into view. */
  #zoomToSelection({ select, posToVal }: uPlot): void {
    if (select.width === 0) return
    const [min, max] = [posToVal(select.left, 'x'), posToVal(select.left + select.width, 'x')]
    this.#plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
    this.#options.onView({ min, max })
  }

  #uplotOptions(): uPlot.Options {
    const { curves, height, isLog, onCursor, xKind } = this.#options
    const colour = (token: string) => this.#colours.of(token)
    const xEnd = () => this.#range()[1]
    const font = `12px ${getComputedStyle(this.#element).fontFamily}`
    return {
      ms: 1,
      width: this.#element.clientWidth,
      height,
      padding: [12, 24, 0, 0],
      legend: { show: false },
      cursor: {
        drag: { x: true, y: false, dist: 6, setScale: false },
        y: false,
        points: { size: 8 },
        sync: { key: 'page', scales: ['x', null], filters: { pub: (type) => type === 'mousemove', sub: () => true } },
        move: (_, left, top) => this.#placeCursor(left, top),
        bind: {
          mousemove: (_, __, move) => (event) => {
            this.#held = null
            return move(event)
          },
        },
      },
      scales: {
        x: {
          time: xKind === 'time',
          range: () => {
            const { min, max } = this.#view()
            return [min, max]
          },
        },
        y: {
          distr: isLog ? 3 : 1,
          range: (_, min, max) => (isLog ? logRange(min, max) : uPlot.rangeNum(min ?? 0, max ?? 1, 0.08, true)),
        },
      },
      axes: axesOf({ ...this.#options, xEnd, font, colour }),
      series: [
        {},
        ...curves.map(
          (curve): uPlot.Series => ({
            label: curve.label,
            stroke: () => colour(curve.colour),
            width: curve.isRaw ? 1.25 : 1.75,
            alpha: curve.isRaw ? rawAlpha : 1,
            ...dashOf(curve),
            points: {
              show: (_, __, from, to) => to - from < 2,
              filter: ({ data }, series, areShown) =>
                areShown ? null : isolatedIn(data[series] as Drawn, this.#broken(series)),
            },
            gaps: (plot, series, _, __, found) =>
              joined([
                ...found,
                ...gapsOf(plot, this.#content.marks),
                ...this.#broken(series).map((ends) => ends.map((at) => plot.valToPos(this.#xAt(at), 'x', true))),
              ]),
          }),
        ),
      ],
      hooks: {
        drawClear: [(plot) => drawMarks(plot, this.#content.marks, colour)],
        drawAxes: [(plot) => nameMarks(plot, this.#content.marks, { colour, font, xEnd: xEnd() })],
        draw: [(plot) => markNotFinite(plot, curves, this.#content.curves, { colour, font })],
        setCursor: [(plot) => onCursor(plot.cursor.idx ?? null)],
        setSelect: [(plot) => this.#zoomToSelection(plot)],
        ready: [
          (plot) => {
            plot.over.addEventListener('dblclick', () => this.reset())
          },
        ],
      },
    }
  }
}

/** Stretches in their order, each to its end or to that of one before it, as uPlot takes them. */
function joined(stretches: number[][]): [number, number][] {
  let end = -Infinity
  return stretches
    .sort(([a = 0], [b = 0]) => a - b)
    .map(([from = 0, to = 0]) => {
      end = Math.max(end, to)
      return [from, end]
    })
}
