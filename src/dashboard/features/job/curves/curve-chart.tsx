import type { ComponentChildren } from 'preact'
import { useCallback } from 'preact/hooks'
import { isLog, smoothing } from '../../../chart/address.ts'
import { gapsAt } from '../../../chart/breaks.ts'
import { Chart } from '../../../chart/chart.tsx'
import { withSmoothed, withSmoothedValues } from '../../../chart/smoothing.ts'
import type { ChartContent, Curve, Values } from '../../../chart/types.ts'
import { Button } from '../../../components/button.tsx'
import { Empty, Skeleton } from '../../../components/notice.tsx'
import type { Source } from '../../../domain/curves/source.ts'
import { t } from '../../../i18n/text.ts'
import { valuesBy } from '../../../live/series.ts'
import type { LiveJob } from '../../../live/watch-live.ts'
import { along, axis, placed, textsOf } from '../axis.ts'
import type { JobEvent } from '../data.ts'
import { frameOf } from '../frame.ts'
import { attemptBreaks, rewindMarks } from './rewind-marks.ts'
import { aligned, linesOf } from './superseded.ts'
import { useCurve } from './use-curve.ts'

type CurveChartProps = {
  live: LiveJob
  events: readonly JobEvent[]
  source: Source
  title: string
  summary: string
  /** One for each column of the source. */
  curves: readonly Curve[]
  actions?: ComponentChildren
  /** What the y axis measures, where the title does not stand right above it. */
  yLabel?: string
  height: number
}

/** A chart of what a trainer has reported, however long the curve is. */
export function CurveChart({ live, events, source, curves, yLabel = '', height, ...rest }: CurveChartProps) {
  const curve = useCurve(live, source)
  const chosen = axis.value
  // With the points it becomes known that they lie on several days.
  if (chosen === 'time') void live.version.value
  const lines = linesIn()
  const content = useCallback((): ChartContent => {
    const way = along(chosen, live)
    const rows = curve.rows()
    const [x = [], ...values] = valuesBy(way.by, rows, source.columns)
    const places = placed(x, way)
    const shown = withSmoothedValues(values, smoothing.value)
    const { marks: usual, xRange } = frameOf(live, events, way)
    const marks = [...usual, ...rewindMarks(events, way)]
    const lines = linesIn()
    const breaks = attemptBreaks(events, way)
    const broken = (x: Values, curves: readonly Values[]) => {
      const breaksOf = (at: number) => [...breaks, ...(lines[at - shown.length]?.breaks ?? [])].sort((a, b) => a - b)
      return { x, curves, gaps: curves.map((values, at) => gapsAt(breaksOf(at), x, values)) }
    }
    if (lines.length === 0) return { marks, xRange, ...broken(places, shown) }
    // What was superseded may have come before what counts, and gone further.
    const ends = lines.flatMap(({ x }) => [x[0] ?? 0, x.at(-1) ?? 0])
    const range = xRange && ([Math.min(xRange[0], ...ends), Math.max(xRange[1], ...ends)] as const)
    const all = aligned(places, shown, lines)
    return { marks, xRange: range, ...broken(all.x, all.curves) }
  }, [live, events, source, curve, chosen])

  /** The superseded stretches of all columns. */
  function linesIn() {
    const way = along(chosen, live)
    const points = curve.superseded()
    if (points.length === 0) return []
    const rows = source.rowsOf(points)
    return source.columns.flatMap((column, of) => {
      const [at, times, steps] = [rows.column(way.by), rows.column('timestamp'), rows.column('step')]
      const values = rows.values(column)
      const placed = Array.from(at, (value, index) => ({
        ...{ step: steps[index] ?? 0, timestamp: times[index] ?? 0, x: way.place(value) },
        value: values[index] ?? null,
      })).filter((point): point is typeof point & { value: number } => point.value !== null)
      return linesOf(placed).map((line) => ({ ...line, of }))
    })
  }

  const refusal = curve.refusal.value
  if (!curve.isThere.value) {
    return (
      <figure class="chart" aria-label={rest.title}>
        <figcaption class="row between">
          <h3>{rest.title}</h3>
          {rest.actions}
        </figcaption>
        <div style={{ minBlockSize: `${height}px` }}>
          {refusal === null ? (
            <Skeleton lines={5} />
          ) : (
            <Empty bare title={t('curves.refused')}>
              <Button onClick={curve.ask}>{t('curves.again')}</Button>
            </Empty>
          )}
        </div>
      </figure>
    )
  }
  const faint = lines.map(({ of }) => superseded(curves[of] as Curve))
  return (
    <Chart
      {...rest}
      {...textsOf(chosen, live)}
      yLabel={yLabel}
      isLog={isLog.value}
      curves={[...withSmoothed(curves, smoothing.value), ...faint]}
      content={content}
      height={height}
    />
  )
}

const superseded = (curve: Curve): Curve => ({
  ...curve,
  label: t('curves.superseded', { name: curve.label }),
  isRaw: true,
  dash: [2, 3],
})
