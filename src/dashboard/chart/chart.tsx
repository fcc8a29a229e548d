import { type ReadonlySignal, untracked, useSignal, useSignalEffect } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'
import { Button } from '../components/button.tsx'
import { locale } from '../i18n/locale.ts'
import { t } from '../i18n/text.ts'
import { themeChanges } from '../shell/theme.ts'
import type { Plot } from './plot.ts'
import { ChartTable } from './table.tsx'
import type { ChartContent, Curve } from './types.ts'

export type ChartProps = {
  title: string
  /** What the curves come to, in a sentence for those who do not see them. */
  summary: string
  curves: readonly Curve[]
  /** Read when the chart is drawn; what it reads of signals draws it anew. Arrays are not copied. */
  content: () => ChartContent
  /** What the x axis counts. */
  xLabel: string
  formatX: (value: number) => string
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

/**
 * Curves over a common x axis: drag to zoom, double-click or Escape to see all, hover or arrow keys to read values.
 * uPlot comes with the first chart.
 */
export function Chart(props: ChartProps) {
  const { title, summary, curves, content, xLabel, formatX, height = 260, resetKey = '', xKind = 'count' } = props
  const canvas = useRef<HTMLDivElement>(null)
  const plot = useSignal<Plot | null>(null)
  const cursor = useSignal<number | null>(null)
  const zoomed = useSignal(false)
  const id = useId()
  const now = useRef(props)
  now.current = props
  const shape = [
    locale.value,
    resetKey,
    xKind,
    ...curves.map(({ label, colour, dash, dashed }) => label + colour + (dash ?? dashed ?? '')),
  ].join('|')

  const last = useSignal(0)

  useEffect(() => {
    let gone = false
    let made: Plot | null = null
    void import('./plot.ts').then(({ Plot }) => {
      if (gone || canvas.current === null) return
      made = new Plot(canvas.current, now.current.content(), {
        height,
        xKind,
        curves: now.current.curves,
        formatX: (value) => now.current.formatX(value),
        formatY: (value, digits) => now.current.formatY(value, digits),
        onCursor: (index) => {
          cursor.value = index
        },
        onZoom: (is) => {
          zoomed.value = is
        },
      })
      plot.value = made
    })
    return () => {
      gone = true
      made?.destroy()
      plot.value = null
      cursor.value = null
      zoomed.value = false
    }
  }, [shape, height])

  useSignalEffect(() => {
    const drawn = now.current.content()
    last.value = Math.max(0, drawn.x.length - 1)
    plot.value?.update(drawn)
  })
  useEffect(() => themeChanges(() => plot.value?.redraw()), [])

  return (
    <figure class="chart" aria-labelledby={`${id}-title`}>
      <figcaption class="row between">
        <h3 id={`${id}-title`}>{title}</h3>
        {props.legend?.(cursor) ?? (
          <Legend curves={curves} content={content} cursor={cursor} xLabel={xLabel} formatX={formatX} />
        )}
      </figcaption>
      <div
        ref={canvas}
        class="chart-canvas"
        style={{ blockSize: `${height}px` }}
        role="slider"
        aria-label={title}
        aria-describedby={`${id}-hint`}
        aria-valuemin={0}
        aria-valuemax={last}
        aria-valuenow={cursor.value ?? 0}
        aria-valuetext={cursor.value === null ? summary : untracked(() => reading(props, cursor.value ?? 0))}
        tabIndex={0}
        onKeyDown={(event) => plot.value && steer(plot.value, event)}
        onBlur={() => {
          cursor.value = null
        }}
      />
      <div class="chart-foot small">
        <ChartTable {...props} />
        <span class="quiet" id={`${id}-hint`}>
          {t('common.chartZoom')}
        </span>
        {zoomed.value && <Button onClick={() => plot.value?.reset()}>{t('common.chartReset')}</Button>}
      </div>
    </figure>
  )
}

/** The values at an index, as they are read out. */
function reading({ curves, content, xLabel, formatX }: ChartProps, index: number): string {
  const { x, curves: values } = content()
  const parts = curves.map(({ label, format }, curve) => `${label} ${format(values[curve]?.[index] ?? Number.NaN)}`)
  return [`${xLabel} ${formatX(x[index] ?? 0)}`, ...parts].join(', ')
}

function steer(plot: Plot, event: KeyboardEvent): void {
  const deeds: Record<string, () => void> = {
    ArrowLeft: () => plot.moveCursor(event.shiftKey ? -0.1 : -0.01),
    ArrowRight: () => plot.moveCursor(event.shiftKey ? 0.1 : 0.01),
    '+': () => plot.zoom(0.5),
    '-': () => plot.zoom(2),
    Escape: () => plot.reset(),
  }
  const deed = deeds[event.key]
  if (deed === undefined) return
  event.preventDefault()
  deed()
}

type LegendProps = Pick<ChartProps, 'curves' | 'content' | 'xLabel' | 'formatX'> & {
  cursor: ReadonlySignal<number | null>
}

/** The curves' names and their values under the cursor, or else their last. */
function Legend({ curves, content, cursor, xLabel, formatX }: LegendProps) {
  const { x, curves: values } = content()
  const at = cursor.value
  const index = at ?? x.length - 1
  return (
    <ul class="legend">
      {curves.map(({ label, colour, dashed, format }, curve) => {
        const value = values[curve]?.[index] ?? null
        return (
          <li key={label}>
            <span class="swatch" data-dashed={dashed} style={{ color: `var(${colour})` }} aria-hidden="true" />
            {label}
            <strong>{value === null ? '–' : format(value)}</strong>
          </li>
        )
      })}
      <li class="quiet">
        {xLabel} <span class="legend-x">{x.length === 0 ? '–' : formatX(x[index] ?? 0)}</span>
      </li>
    </ul>
  )
}
