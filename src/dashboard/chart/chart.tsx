import { untracked } from '@preact/signals'
import { useId, useRef } from 'preact/hooks'
import { Empty, Reload } from '../components/notice.tsx'
import { formatNumber } from '../i18n/format.ts'
import { t } from '../i18n/text.ts'
import { handleKey, ZoomButtons } from './chart-controls.tsx'
import { Legend } from './legend.tsx'
import { notFiniteIn } from './not-finite.ts'
import { ChartTable } from './table.tsx'
import type { ChartProps } from './types.ts'
import { CHART_HEIGHT, type DrawnPlot, usePlot } from './use-plot.ts'

/** Curves over a common x axis, to be zoomed into and read at a cursor: by mouse, keys, or buttons. */
export function Chart(props: ChartProps) {
  const plotState = usePlot(props)
  const id = useId()
  return (
    <figure class="chart" aria-labelledby={`${id}-title`} onFocusOut={(event) => leave(plotState, event)}>
      <figcaption class={props.isTitleHidden ? 'visually-hidden' : 'row between'}>
        <h3 id={`${id}-title`}>{props.title}</h3>
        {props.actions}
        {props.legend === undefined && <Legend {...props} cursor={plotState.cursor} />}
      </figcaption>
      {plotState.isMissing ? (
        <Empty bare title={t('common.chartBroken')}>
          <Reload />
        </Empty>
      ) : (
        <Canvas {...props} id={id} plotState={plotState} />
      )}
      {props.legend?.(plotState.cursor)}
      <NotFinite {...props} />
      <div class="chart-foot small">
        <ChartTable {...props} />
        <span class="chart-hint" id={`${id}-hint`}>
          <span class="by-mouse">{t('common.chartHint')}</span>
          <span class="by-touch">{t('chart.touchHint')}</span>
        </span>
        <ZoomButtons plot={plotState.plot} />
      </div>
    </figure>
  )
}

/** The cursor that keys have set stays as long as the focus does not leave the chart and its buttons. */
function leave({ plot }: DrawnPlot, { currentTarget, relatedTarget }: FocusEvent): void {
  if (!(currentTarget as HTMLElement).contains(relatedTarget as Node | null)) plot.value?.hideCursor()
}

/** What is drawn on: read by arrow keys, it is a slider over the points. */
function Canvas({ id, plotState, ...props }: ChartProps & { id: string; plotState: DrawnPlot }) {
  const { canvas, plot, cursor, last } = plotState
  const { title, summary, height = CHART_HEIGHT } = props
  const description = useRef(summary)
  // Screen readers read a description aloud each time it changes under the focus.
  if (document.activeElement !== canvas.current) description.current = summary
  return (
    <>
      <div
        ref={canvas}
        class="chart-canvas"
        style={{ blockSize: `${height}px` }}
        role="slider"
        aria-label={title}
        aria-describedby={`${id}-summary ${id}-hint`}
        aria-valuemin={0}
        aria-valuemax={last}
        aria-valuenow={cursor.value ?? 0}
        aria-valuetext={untracked(() => reading(props, cursor.value))}
        tabIndex={0}
        onKeyDown={(event) => plot.value && handleKey(plot.value, event)}
      />
      <p class="visually-hidden" id={`${id}-summary`}>
        {description.current}
      </p>
    </>
  )
}

/** In words what the marks of a chart say: where its curves are not finite. */
function NotFinite({ curves, content, xLabel, formatX }: ChartProps) {
  const { x, curves: values } = content()
  const found = notFiniteIn(curves, values)
  if (found.length === 0) return null
  const texts = found.map(({ curve, value, first, count }) => {
    const at = `${xLabel} ${formatX(x[first] ?? 0)}`
    return t('chart.notFinite', { name: curve.label, value: formatNumber(value), at, count })
  })
  return <p class="small">{texts.join(' · ')}</p>
}

/** The values at an index, as they are read out. */
function reading({ curves, content, xLabel, formatX }: ChartProps, index: number | null): string {
  if (index === null) return t('common.chartNowhere')
  const { x, curves: values } = content()
  const parts = curves.map(({ label, format }, curve) => `${label} ${format(values[curve]?.[index] ?? Number.NaN)}`)
  return [`${xLabel} ${formatX(x[index] ?? 0)}`, ...parts].join(', ')
}
