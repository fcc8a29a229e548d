import { useCallback, useEffect } from 'preact/hooks'
import { HISTORY_POINTS_MAX } from '../../../platform/limits.ts'
import { isFinal } from '../../../shared/job-status.ts'
import { api } from '../../api/client.ts'
import { isLog, smoothing } from '../../chart/address.ts'
import { Chart } from '../../chart/chart.tsx'
import { ScaleChoice, SmoothingChoice } from '../../chart/chart-settings.tsx'
import { withSmoothed, withSmoothedValues } from '../../chart/smoothing.ts'
import type { ChartContent } from '../../chart/types.ts'
import { preloadPlot } from '../../chart/use-plot.ts'
import { lastOf } from '../../chart/values.ts'
import { Button } from '../../components/button.tsx'
import { Segments } from '../../components/field.tsx'
import { Empty, Reload, Skeleton } from '../../components/notice.tsx'
import { formatLoss, formatNumber, formatScore } from '../../i18n/format.ts'
import { locale } from '../../i18n/locale.ts'
import { t } from '../../i18n/text.ts'
import { lastTimeOf, type PointName, stepsBegun, valuesBy } from '../../live/series.ts'
import type { LiveJob } from '../../live/watch-live.ts'
import { type Axis, axis, chooseAxis, rangeOf, textsOf } from './axis.ts'
import type { JobEvent } from './data.ts'
import { epochMarks, pauseMarks } from './marks.ts'

type CurvesProps = { live: LiveJob; events: readonly JobEvent[]; name: string }

/** The curves of a job at full length: losses, accuracy and learning rate. */
export function Curves({ live, events, name }: CurvesProps) {
  // Points are no signal; the first of them arrive with an event, which is one.
  const hasPoints = live.event.value !== null && live.points.length > 0
  useEffect(preloadPlot, [])
  return (
    <section class="panel stack" aria-labelledby="curves">
      <div class="row between">
        <h2 id="curves">{t('job.curves')}</h2>
        <div class="row">
          <Segments
            label={t('job.axis')}
            value={axis.value}
            options={[
              ['step', t('job.bySteps')],
              ['time', t('job.byTime')],
            ]}
            onChange={chooseAxis}
          />
          <ScaleChoice />
          <SmoothingChoice />
          {hasPoints ? (
            <a class="button" href={csvOf(live.jobId)} download={`${name}.csv`}>
              {t('job.csv')}
            </a>
          ) : (
            <Button unavailable={t('job.noPoints')}>{t('job.csv')}</Button>
          )}
        </div>
      </div>
      {live.event.value === null ? (
        <NothingReceived live={live} />
      ) : hasPoints ? (
        <Charts live={live} events={events} axis={axis.value} />
      ) : (
        <NoPoints isOver={isFinal(live.event.value.status)} />
      )}
    </section>
  )
}

/** Nothing received from the stream yet: loading, or why not. */
function NothingReceived({ live }: { live: LiveJob }) {
  const connection = live.connection.value
  switch (connection.state) {
    case 'connecting':
    case 'live':
    case 'ended':
      return <Skeleton lines={10} />
    case 'reconnecting':
    case 'hidden':
    case 'waiting':
      return <Empty bare title={t('job.curvesWait')} />
    case 'refused':
      return (
        <Empty bare title={t('job.curvesRefused')}>
          {connection.status !== 401 && <Reload />}
        </Empty>
      )
  }
}

function NoPoints({ isOver }: { isOver: boolean }) {
  return (
    <Empty bare title={t(isOver ? 'job.neverStarted' : 'job.noPoints')}>
      <p class="quiet">{t(isOver ? 'job.neverStartedText' : 'job.noPointsText')}</p>
    </Empty>
  )
}

type Frame = Pick<ChartContent, 'marks' | 'xRange'>

function Charts({ live, events, axis }: Omit<CurvesProps, 'name'> & { axis: Axis }) {
  // The texts change with the points, which are added in place.
  void live.version.value
  const xOf = axis === 'step' ? 'step' : 'timestamp'
  const texts = { ...textsOf(axis, live), isLog: isLog.value }
  const frame = useCallback((): Frame => {
    const xRange = rangeOf(live, axis)
    const end = xRange?.[1] ?? lastTimeOf(live.points)
    return { xRange, marks: [...epochMarks(live, axis), ...pauseMarks(events, axis, end)] }
  }, [live, events, axis])
  const losses = useContent(live, xOf, ['loss', 'val_loss'], frame)
  const accuracy = useContent(live, xOf, ['accuracy'], frame)
  const rate = useContent(live, xOf, ['learning_rate'], frame, false)
  const latest = (name: PointName) => lastOf(live.points.values(name))
  return (
    <>
      <Chart
        {...texts}
        title={t('job.losses')}
        yLabel={t('job.losses')}
        summary={lossSummary(live)}
        curves={withSmoothed(
          [
            { label: t('job.trainingLoss'), colour: '--curve-1', format: formatLoss },
            { label: t('job.valLoss'), colour: '--curve-2', dashed: true, format: formatLoss },
          ],
          smoothing.value,
        )}
        content={losses}
      />
      <div class="columns">
        <Chart
          {...texts}
          title={t('job.accuracy')}
          yLabel={t('job.accuracy')}
          summary={t('job.accuracySummary', { value: formatScore(latest('accuracy')) })}
          curves={withSmoothed(
            [{ label: t('job.accuracy'), colour: '--curve-3', format: formatScore }],
            smoothing.value,
          )}
          content={accuracy}
          height={200}
        />
        <Chart
          {...texts}
          title={t('job.learningRate')}
          yLabel={t('job.learningRate')}
          summary={t('job.rateSummary', { value: formatNumber(latest('learning_rate')) })}
          curves={[{ label: t('job.learningRate'), colour: '--curve-4', format: formatNumber }]}
          content={rate}
          height={200}
        />
      </div>
    </>
  )
}

/** Columns of the points as curves, each with its smoothed one; redrawn when points are added. */
function useContent(
  live: LiveJob,
  xOf: 'step' | 'timestamp',
  names: readonly PointName[],
  frame: () => Frame,
  isMeasured = true,
): () => ChartContent {
  return useCallback(() => {
    void live.version.value
    const [x = [], ...curves] = valuesBy(xOf, live.points, names)
    return { x, curves: withSmoothedValues(curves, isMeasured ? smoothing.value : 0), ...frame() }
  }, [live, frame])
}

function lossSummary({ points }: LiveJob): string {
  return t('job.lossSummary', {
    count: stepsBegun(points),
    loss: formatLoss(lastOf(points.values('loss'))),
    valLoss: formatLoss(lastOf(points.values('val_loss'))),
  })
}

const csvOf = (id: string): string => {
  const url = api.jobs[':id'].history.$url({
    param: { id: encodeURIComponent(id) },
    query: { format: 'csv', locale: locale.value, max_points: String(HISTORY_POINTS_MAX) },
  })
  return url.pathname + url.search
}
