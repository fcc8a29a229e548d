import { type ReadonlySignal, useSignal, useSignalEffect } from '@preact/signals'
import type { RefObject } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { useScript } from '../components/use-script.ts'
import { locale } from '../i18n/locale.ts'
import { themeChanges } from '../platform/theme.ts'
import { chooseView, view } from './address.ts'
import { drawNever, drawSoon } from './frames.ts'
import type { Plot } from './plot.ts'
import type { ChartProps } from './types.ts'

/** A chart as it is drawn into an element. */
export type DrawnPlot = {
  canvas: RefObject<HTMLDivElement | null>
  /** `null` while uPlot is being loaded. */
  plot: ReadonlySignal<Plot | null>
  /** Whether uPlot cannot be had. */
  isMissing: boolean
  /** The index under the cursor; `null` while it is elsewhere. */
  cursor: ReadonlySignal<number | null>
  /** The last index. */
  last: ReadonlySignal<number>
}

let plotModule: typeof import('./plot.ts') | undefined

async function loadPlot() {
  plotModule = await import('./plot.ts')
  return plotModule
}

/** Fetches uPlot for a chart that waits for its data. The chart itself reports a failure. */
export const preloadPlot = (): void => void loadPlot().catch(() => {})

/** Draws a chart, and again whenever its content changes. uPlot comes with the first one. */
export function usePlot(props: ChartProps): DrawnPlot {
  const { content, height = CHART_HEIGHT, xKind = 'count' } = props
  const canvas = useRef<HTMLDivElement>(null)
  const plot = useSignal<Plot | null>(null)
  const cursor = useSignal<number | null>(null)
  const last = useSignal(0)
  // Both a signal read by the content and another content function redraw it.
  const source = useSignal(content)
  const now = useRef(props)
  now.current = props
  const { script, isMissing } = useScript(loadPlot, plotModule)

  useEffect(() => {
    if (script === null || canvas.current === null) return
    const created = new script.Plot(canvas.current, now.current.content(), {
      height,
      xKind,
      curves: now.current.curves,
      formatTicks: (values) => now.current.formatTicks?.(values) ?? values.map((value) => now.current.formatX(value)),
      xLabel: now.current.xLabel,
      yLabel: now.current.yLabel,
      isLog: now.current.isLog ?? false,
      onCursor: (index) => {
        cursor.value = index
      },
      onView: chooseView,
    })
    plot.value = created
    return () => {
      drawNever(created)
      created.destroy()
      plot.value = null
      cursor.value = null
    }
  }, [script, shapeOf(props), height])

  useEffect(() => {
    source.value = content
  }, [content])
  useSignalEffect(() => {
    const content = source.value()
    last.value = Math.max(0, content.x.length - 1)
    const drawn = plot.value
    if (drawn !== null) drawSoon(drawn, () => drawn.update(content))
  })
  useSignalEffect(() => plot.value?.show(view.value))
  useEffect(() => themeChanges(() => plot.value?.redraw()), [])
  return { canvas, plot, isMissing, cursor, last }
}

/** The default height in CSS pixels. */
export const CHART_HEIGHT = 260

/** What uPlot takes only once: when it changes, the plot is created again. */
const shapeOf = ({ curves, xKind = 'count', isLog = false, xLabel, yLabel }: ChartProps): string =>
  [
    locale.value,
    ...[xKind, isLog, xLabel, yLabel],
    ...curves.map(({ label, colour, dash, dashed }) => label + colour + (dash ?? dashed ?? '')),
  ].join('|')
