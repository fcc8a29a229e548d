import { useSignal } from '@preact/signals'
import { HISTORY_POINTS_MAX } from '../../../limits.ts'
import { api } from '../../api/client.ts'
import { Chart } from '../../chart/chart.tsx'
import type { ChartContent } from '../../chart/types.ts'
import { Segments } from '../../components/field.tsx'
import { Empty } from '../../components/notice.tsx'
import { formatCount, formatLoss, formatNumber, formatScore, formatTime } from '../../i18n/format.ts'
import { t } from '../../i18n/text.ts'
import type { LiveJob } from '../../live/watch-live.ts'
import { useAccuracy } from './accuracy.ts'
import type { JobEvent } from './data.ts'
import { type Axis, epochMarks, pauseMarks } from './marks.ts'

type CurvesProps = { live: LiveJob; events: readonly JobEvent[]; name: string }

/** The curves of a job: losses at full length, and accuracy. */
export function Curves({ live, events, name }: CurvesProps) {
  const axis = useSignal<Axis>('step')
  const xOf = axis.value === 'step' ? 'step' : 'timestamp'
  const shared = {
    xLabel: t(axis.value === 'step' ? 'common.step' : 'common.time'),
    formatX: axis.value === 'step' ? formatCount : formatTime,
    xKind: axis.value === 'step' ? 'count' : 'time',
    resetKey: axis.value,
  } as const
  const frame = (): Pick<ChartContent, 'marks' | 'xRange'> => ({
    marks: [...epochMarks(live, axis.value), ...pauseMarks(events, axis.value, Date.now())],
    xRange: rangeOf(live, axis.value),
  })
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
            onChange={(next) => {
              axis.value = next
            }}
          />
          <a class="button" href={csvOf(live.jobId)} download={`${name}.csv`}>
            {t('job.csv')}
          </a>
        </div>
      </div>
      {live.event.value !== null && live.points.length === 0 ? (
        <Empty bare title={t('job.noPoints')}>
          <p class="quiet">{t('job.noPointsText')}</p>
        </Empty>
      ) : (
        <>
          <Chart
            {...shared}
            title={t('job.losses')}
            summary={lossSummary(live)}
            curves={[
              { label: t('job.trainingLoss'), colour: '--curve-1', format: formatLoss },
              { label: t('job.valLoss'), colour: '--curve-2', dashed: true, format: formatLoss },
            ]}
            content={() => {
              void live.version.value
              const { points } = live
              return { x: points.column(xOf), curves: [points.column('loss'), points.column('val_loss')], ...frame() }
            }}
            formatY={formatNumber}
          />
          <Accuracy live={live} shared={shared} xOf={xOf} frame={frame} />
        </>
      )}
    </section>
  )
}

type AccuracyProps = {
  live: LiveJob
  shared: { xLabel: string; formatX: (value: number) => string; xKind: 'count' | 'time'; resetKey: string }
  xOf: 'step' | 'timestamp'
  frame: () => Pick<ChartContent, 'marks' | 'xRange'>
}

function Accuracy({ live, shared, xOf, frame }: AccuracyProps) {
  const { samples, version } = useAccuracy(live)
  return (
    <Chart
      {...shared}
      title={t('job.accuracy')}
      summary={t('job.accuracySummary', { value: formatScore(samples.at('accuracy', samples.length - 1)) })}
      curves={[{ label: t('job.accuracy'), colour: '--curve-3', format: formatScore }]}
      content={() => {
        void version.value
        return { x: samples.column(xOf), curves: [samples.column('accuracy')], ...frame() }
      }}
      formatY={formatNumber}
      height={180}
    />
  )
}

/** How far the axis goes: to the end of the training; but while that is far off, to a half or a quarter of the way. */
function rangeOf({ event, points }: LiveJob, axis: Axis): readonly [number, number] | null {
  const {
    status,
    current_step: step = 0,
    total_steps: steps = 0,
    estimated_remaining_ms: remainingMs = 0,
  } = event.value ?? {}
  if (axis === 'step') return [0, horizon(step, steps)]
  if (status !== 'training' || points.length === 0) return null
  const [first, last] = [points.at('timestamp', 0), points.at('timestamp', points.length - 1)]
  return [first, first + horizon(last - first, last - first + remainingMs)]
}

/** The whole, halved as often as what is reached still fits: so the curve has half of the width or more, and seldom jumps. */
function horizon(reached: number, whole: number): number {
  let shown = whole
  while (shown > 2 * horizonMin && reached <= shown / 2) shown /= 2
  return Math.max(1, Math.ceil(shown))
}

/** Neither fewer steps nor fewer milliseconds than this are shown. */
const horizonMin = 100

function lossSummary({ points }: LiveJob): string {
  const last = points.length - 1
  return t('job.lossSummary', {
    count: points.length,
    loss: formatLoss(points.at('loss', last)),
    valLoss: formatLoss(points.at('val_loss', last)),
  })
}

const csvOf = (id: string): string => {
  const url = api.jobs[':id'].history.$url({
    param: { id: encodeURIComponent(id) },
    query: { format: 'csv', max_points: String(HISTORY_POINTS_MAX) },
  })
  return url.pathname + url.search
}
