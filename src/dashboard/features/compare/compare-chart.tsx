import { computed, useComputed, useSignal } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import { isLog, smoothing } from '../../chart/address.ts'
import { Chart } from '../../chart/chart.tsx'
import { ScaleChoice, SmoothingChoice } from '../../chart/chart-settings.tsx'
import { withSmoothed } from '../../chart/smoothing.ts'
import type { ChartContent } from '../../chart/types.ts'
import { CheckField, Segments } from '../../components/field.tsx'
import { Refused } from '../../components/notice.tsx'
import { metricName } from '../../domain/job-columns.ts'
import { t } from '../../i18n/text.ts'
import { alignment, alignments, byAttempt, chooseAlignment, measure, showAttempts } from './address.ts'
import { useAskedCurves } from './asked-curves.ts'
import { chartedCurves } from './charted-curves.ts'
import type { ComparedJob } from './compared-jobs.ts'
import { contentOf } from './content.ts'
import type { CurveStyle } from './curve-styles.tsx'
import { CurveLegend } from './legend.tsx'
import { MeasureChoice } from './measure-choice.tsx'
import { readAt, xFormats } from './reading.ts'
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
  const asked = useAskedCurves(jobs)
  const entries = chartedCurves(jobs, asked.curves, styleOf)
  const content = useMemo(
    () =>
      computed((): ChartContent => {
        version.value
        const charted = entries.flatMap(({ id, jobId, rows }) => {
          const job = jobs.find((one) => one.id === jobId)?.job
          const curve = curves.find((one) => one.id === jobId)
          if (job === undefined || curve === undefined) return []
          const event = curve.live.event.peek()
          return [{ job, event, points: curve.points(), rows, isHidden: hidden.value.has(id) }]
        })
        return contentOf(charted, measure.value, alignment.value, weight.value)
      }),
    [curves, beginnings, measure.value, byAttempt.value, asked.resource.data, entries.map(({ id }) => id).join(' ')],
  )
  const title = metricName(measure.value)
  const drawn = withSmoothed(entries, weight.value).map((curve) =>
    entries.some(({ id, isRaw }) => id === curve.id && isRaw) ? { ...curve, isRaw: true } : curve,
  )
  return (
    <div class="stack-s compare-chart">
      <div class="row between">
        <MeasureChoice jobs={jobs} />
        <div class="row">
          <Segments
            label={t('compare.alignment')}
            value={alignment.value}
            options={alignments.map((name) => [name, t(`compare.${name}`)])}
            onChange={chooseAlignment}
          />
          <ScaleChoice />
          {measure.value !== 'learning_rate' && <SmoothingChoice />}
          {jobs.some(({ job }) => (job.attempt?.number ?? 1) > 1) && (
            <CheckField label={t('compare.apart')} checked={byAttempt.value} onChange={showAttempts} />
          )}
        </div>
      </div>
      {asked.resource.refusal !== null && (
        <Refused refusal={asked.resource.refusal} onRetry={asked.resource.refresh} bare />
      )}
      <Chart
        title={title}
        isTitleHidden
        summary={t('compare.summary', { count: jobs.length, measure: title })}
        curves={drawn}
        content={() => content.value}
        xLabel={t(`compare.${alignment.value}`)}
        yLabel={title}
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
