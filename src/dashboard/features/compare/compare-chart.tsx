import { computed, useComputed, useSignal } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import { isLog, smoothing } from '../../chart/address.ts'
import { Chart } from '../../chart/chart.tsx'
import { ScaleChoice, SmoothingChoice } from '../../chart/chart-settings.tsx'
import { withSmoothed } from '../../chart/smoothing.ts'
import type { ChartContent } from '../../chart/types.ts'
import { Segments } from '../../components/field.tsx'
import { t } from '../../i18n/text.ts'
import { alignment, alignments, chooseAlignment, chooseMeasure, measure, measures } from './address.ts'
import { type ComparedJob, labelsOf } from './compared-jobs.ts'
import { contentOf } from './content.ts'
import type { CurveStyle } from './curve-styles.tsx'
import { CurveLegend } from './legend.tsx'
import { formatOf, readAt, xFormats } from './reading.ts'
import { useThrottledVersion } from './use-throttled.ts'
import type { WatchedCurve } from './watch-curve.ts'

type CompareChartProps = {
  jobs: readonly ComparedJob[]
  curves: readonly WatchedCurve[]
  styleOf: (id: string) => CurveStyle
  onRemove: (id: string, name: string) => void
}

/** The jobs' curves over each other, with the choice of what they show and what they are laid by. */
export function CompareChart({ jobs, curves, styleOf, onRemove }: CompareChartProps) {
  const hidden = useSignal<ReadonlySet<string>>(new Set())
  const version = useThrottledVersion(curves)
  // A learning rate is set, not measured.
  const weight = useComputed(() => (measure.value === 'learning_rate' ? 0 : smoothing.value))
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
        return contentOf(charted, measure.value, alignment.value, weight.value)
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
    <div class="stack-s compare-chart">
      <div class="row between">
        <Segments
          label={t('compare.measure')}
          value={measure.value}
          options={measures.map((name) => [name, t(`compare.${name}`)])}
          onChange={chooseMeasure}
        />
        <div class="row">
          <Segments
            label={t('compare.alignment')}
            value={alignment.value}
            options={alignments.map((name) => [name, t(`compare.${name}`)])}
            onChange={chooseAlignment}
          />
          <ScaleChoice />
          {measure.value !== 'learning_rate' && <SmoothingChoice />}
        </div>
      </div>
      <Chart
        title={t(`compare.${measure.value}`)}
        isTitleHidden
        summary={t('compare.summary', { count: jobs.length, measure: t(`compare.${measure.value}`) })}
        curves={withSmoothed(entries, weight.value)}
        content={() => content.value}
        xLabel={t(`compare.${alignment.value}`)}
        yLabel={t(`compare.${measure.value}`)}
        formatX={xFormats[alignment.value]}
        xKind={alignment.value === 'time' ? 'duration' : 'count'}
        isLog={isLog.value}
        height={380}
        legend={(cursor) => (
          <CurveLegend
            entries={entries}
            hidden={hidden}
            read={() => readAt(content.value, cursor.value, weight.value > 0)}
            onRemove={onRemove}
          />
        )}
      />
    </div>
  )
}
