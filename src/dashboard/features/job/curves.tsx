import { useCallback, useEffect } from 'preact/hooks'
import type { JobSnapshot } from '../../../client/index.ts'
import { HISTORY_METRICS_MAX, HISTORY_POINTS_MAX } from '../../../platform/limits.ts'
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
import { useScript } from '../../components/use-script.ts'
import { formatLoss, formatNumber, formatScore } from '../../i18n/format.ts'
import { locale } from '../../i18n/locale.ts'
import { t } from '../../i18n/text.ts'
import { type Along, type PointName, stepsBegun, valuesBy } from '../../live/series.ts'
import type { LiveJob } from '../../live/watch-live.ts'
import { type Axis, along, axis, chooseAxis, placed, textsOf } from './axis.ts'
import { type CurvesProps, type Frame, frameOf } from './frame.ts'

/** The curves of a job at full length: losses, accuracy and learning rate; of a real trainer whatever it reports. */
export function Curves({ live, events, job }: CurvesProps) {
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
              ['epoch', t('job.byEpoch')],
              ['time', t('job.byTime')],
              ['elapsed', t('job.byElapsed')],
            ]}
            onChange={chooseAxis}
          />
          <ScaleChoice />
          <SmoothingChoice />
          {hasPoints ? (
            <a class="button" href={csvOf(job)} download={`${job.name}.csv`}>
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
        job.trainer === 'simulated' ? (
          <Charts live={live} events={events} axis={axis.value} />
        ) : (
          <Reported live={live} events={events} job={job} />
        )
      ) : (
        <NoPoints isOver={isFinal(live.event.value.status)} />
      )}
    </section>
  )
}

/** The curves of a real trainer, whose script is not loaded with the page. */
function Reported(props: CurvesProps) {
  const { script, isMissing } = useScript(() => import('./curves/reported.tsx'))
  if (script !== null) return <script.Reported {...props} />
  return isMissing ? (
    <Empty bare title={t('common.chartBroken')}>
      <Reload />
    </Empty>
  ) : (
    <Skeleton lines={10} />
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

function Charts({ live, events, axis }: Pick<CurvesProps, 'live' | 'events'> & { axis: Axis }) {
  // The texts change with the points, which are added in place.
  void live.version.value
  const texts = { ...textsOf(axis, live), isLog: isLog.value }
  const frame = useCallback((way: Along) => frameOf(live, events, way), [live, events])
  const losses = useContent(live, axis, ['loss', 'val_loss'], frame)
  const accuracy = useContent(live, axis, ['accuracy'], frame)
  const rate = useContent(live, axis, ['learning_rate'], frame, false)
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
  axis: Axis,
  names: readonly PointName[],
  frame: (way: Along) => Frame,
  isMeasured = true,
): () => ChartContent {
  return useCallback(() => {
    void live.version.value
    const way = along(axis, live)
    const [x = [], ...curves] = valuesBy(way.by, live.points, names)
    return {
      x: placed(x, way),
      curves: withSmoothedValues(curves, isMeasured ? smoothing.value : 0),
      ...frame(way),
    }
  }, [live, axis, frame])
}

function lossSummary({ points }: LiveJob): string {
  return t('job.lossSummary', {
    count: stepsBegun(points),
    loss: formatLoss(lastOf(points.values('loss'))),
    valLoss: formatLoss(lastOf(points.values('val_loss'))),
  })
}

const csvOf = ({ id, summary }: JobSnapshot): string => {
  const metrics = Object.keys(summary).slice(0, HISTORY_METRICS_MAX)
  const url = api.jobs[':id'].history.$url({
    param: { id: encodeURIComponent(id) },
    query: {
      ...{ format: 'csv', locale: locale.value, max_points: String(HISTORY_POINTS_MAX) },
      ...(metrics.length === 0 ? {} : { metrics }),
    },
  })
  return url.pathname + url.search
}
