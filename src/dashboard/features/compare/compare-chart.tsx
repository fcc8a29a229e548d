import { computed, useSignal } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import { Chart } from '../../chart/chart.tsx'
import type { ChartContent } from '../../chart/types.ts'
import { Segments } from '../../components/field.tsx'
import { t } from '../../i18n/text.ts'
import { alignment, alignments, chooseAlignment, chooseMeasure, measure, measures } from './address.ts'
import { type ComparedJob, labelsOf } from './compared-jobs.ts'
import { contentOf } from './content.ts'
import type { CurveStyle } from './curve-styles.tsx'
import { CurveLegend } from './legend.tsx'
import { formatOf, readAt, tickFormatOf, xFormats } from './reading.ts'
import { useThrottledVersion } from './use-throttled.ts'
import type { WatchedCurve } from './watch-curve.ts'

type CompareChartProps = {
  jobs: readonly ComparedJob[]
  curves: readonly WatchedCurve[]
  styleOf: (id: string) => CurveStyle
}

/** The jobs' curves over each other, with the choice of what they show and what they are laid by. */
export function CompareChart({ jobs, curves, styleOf }: CompareChartProps) {
  const hidden = useSignal<ReadonlySet<string>>(new Set())
  const version = useThrottledVersion(curves)
  const beginnings = jobs.map(({ id, job }) => id + job.started_at).join(' ')
  const content = useMemo(
    () =>
      computed((): ChartContent => {
        version.value
        const charted = jobs.flatMap(({ id, job }) => {
          const curve = curves.find((one) => one.id === id)
          const event = curve?.live.event.peek() ?? null
          return curve ? [{ job, event, points: curve.points(), isHidden: hidden.value.has(id) }] : []
        })
        return contentOf(charted, measure.value, alignment.value)
      }),
    [curves, beginnings],
  )
  const labels = labelsOf(jobs)
  const entries = jobs.map(({ id }) => ({
    id,
    label: labels.get(id) ?? id,
    format: formatOf(measure.value),
    ...styleOf(id),
  }))
  return (
    <section class="panel stack-s compare-chart">
      <div class="row between">
        <Segments
          label={t('compare.measure')}
          value={measure.value}
          options={measures.map((name) => [name, t(`compare.${name}`)])}
          onChange={chooseMeasure}
        />
        <Segments
          label={t('compare.alignment')}
          value={alignment.value}
          options={alignments.map((name) => [name, t(`compare.${name}`)])}
          onChange={chooseAlignment}
        />
      </div>
      <Chart
        title={t(`compare.${measure.value}`)}
        summary={t('compare.summary', { count: jobs.length, measure: t(`compare.${measure.value}`) })}
        curves={entries}
        content={() => content.value}
        xLabel={t(`compare.${alignment.value}`)}
        formatX={xFormats[alignment.value]}
        formatY={tickFormatOf(measure.value)}
        xKind={alignment.value === 'time' ? 'time' : 'count'}
        height={380}
        resetKey={alignment.value}
        legend={(cursor) => (
          <CurveLegend entries={entries} hidden={hidden} read={() => readAt(content.value, cursor.value)} />
        )}
      />
    </section>
  )
}
