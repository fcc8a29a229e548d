import { computed, untracked, useComputed, useSignal } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import { isLog, smoothing, view } from '../../chart/address.ts'
import { Chart } from '../../chart/chart.tsx'
import { ScaleChoice, SmoothingChoice } from '../../chart/chart-settings.tsx'
import { withSmoothed } from '../../chart/smoothing.ts'
import type { ChartContent } from '../../chart/types.ts'
import { CheckField, Segments } from '../../components/field.tsx'
import { Refused } from '../../components/notice.tsx'
import { metricName } from '../../domain/job-columns.ts'
import { t } from '../../i18n/text.ts'
import { alignment, alignments, byAttempt, chooseAlignment, measure, showAttempts } from './address.ts'
import { chartedCurves, linesOf } from './charted-curves.ts'
import type { ComparedJob } from './compared-jobs.ts'
import { contentOf } from './content.ts'
import type { CurveStyle } from './curve-styles.tsx'
import { useJobCurves } from './job-curves.ts'
import { CurveLegend } from './legend.tsx'
import { MeasureChoice } from './measure-choice.tsx'
import { readAt, xFormats } from './reading.ts'
import { useAttempts } from './use-attempts.ts'
import { useThrottledVersion } from './use-throttled.ts'
import type { WatchedCurve } from './watch-curve.ts'

type CompareChartProps = {
  jobs: readonly ComparedJob[]
  curves: readonly WatchedCurve[]
  styleOf: (id: string) => CurveStyle
  onRemove: (id: string, name: string) => void
}

/** The jobs' curves over each other, with the choice of what they show and what they are laid by. */
export function CompareChart({ jobs, curves: watched, styleOf, onRemove }: CompareChartProps) {
  const hidden = useSignal<ReadonlySet<string>>(new Set())
  // A learning rate is set, not measured.
  const weight = useComputed(() => (measure.value === 'learning_rate' ? 0 : smoothing.value))
  const beginnings = jobs.map(({ id, job }) => id + job.started_at).join(' ')
  const curves = useJobCurves(jobs, watched)
  const { spans, ...attempts } = useAttempts(jobs, curves)
  const version = useThrottledVersion(useMemo(() => curves.map(({ shown }) => shown), [curves]))
  const lines = useMemo(
    () =>
      computed(() => {
        void version.value
        return untracked(() => curves.flatMap((curve) => linesOf(curve, spans.get(curve.watched.id) ?? [])))
      }),
    [curves, spans],
  )
  const content = useMemo(
    () =>
      computed((): ChartContent => {
        const charted = lines.value.flatMap(({ id, jobId, rows, column }) => {
          const job = jobs.find((one) => one.id === jobId)?.job
          const curve = watched.find((one) => one.id === jobId)
          if (job === undefined || curve === undefined) return []
          const event = curve.live.event.peek()
          return [{ job, event, points: curve.points(), rows, column, isHidden: hidden.value.has(id) }]
        })
        // By steps every point has its place in any view.
        const part = alignment.value === 'step' ? null : view.value
        return contentOf(charted, alignment.value, weight.value, part)
      }),
    [lines, watched, beginnings],
  )
  // Which curves there are: it changes less often than they do.
  void useMemo(() => computed(() => lines.value.map(({ id }) => id).join(' ')), [lines]).value
  const entries = chartedCurves(lines.peek(), jobs, styleOf)
  const refused = curves.filter(({ shown }) => shown.refusal.value !== null)
  // Of a job that was deleted since, the page says so elsewhere.
  const refusals = [attempts.refusal, ...refused.map(({ shown }) => shown.refusal.value)]
  const refusal = refusals.find((one) => one !== null && one.status !== 404) ?? null
  const askAgain = () => {
    for (const { shown } of refused) shown.ask()
    if (attempts.refusal !== null) void attempts.refresh()
  }
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
      {refusal !== null && <Refused refusal={refusal} onRetry={askAgain} bare />}
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
