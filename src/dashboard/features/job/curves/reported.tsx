import './curves.css'
import { useComputed, useSignal } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import type { JobSnapshot } from '../../../../client/index.ts'
import { numberOf } from '../../../../shared/metric-value.ts'
import { CHART_HEIGHT } from '../../../chart/use-plot.ts'
import { CheckField, TextField } from '../../../components/field.tsx'
import { Empty } from '../../../components/notice.tsx'
import { fieldSource } from '../../../domain/curves/source.ts'
import { curves as de } from '../../../i18n/de/curves.ts'
import { curves as en } from '../../../i18n/en/curves.ts'
import { formatCount, formatLoss } from '../../../i18n/format.ts'
import { addTexts, t } from '../../../i18n/text.ts'
import type { LiveJob } from '../../../live/watch-live.ts'
import type { CurvesProps } from '../frame.ts'
import { metricChoices } from './choices.ts'
import { CurveChart } from './curve-chart.tsx'
import { found } from './groups.ts'
import { HiddenMetrics, MetricGroups } from './metric-groups.tsx'
import { showSuperseded, showsSuperseded } from './settings.ts'

addTexts({ en: { curves: en }, de: { curves: de } })

/** The curves of a real trainer: its losses over each other, and then every metric that it has reported, by prefix. */
export function Reported({ live, events, job }: CurvesProps) {
  const search = useSignal('')
  const names = useNames(live, job)
  const hasRewinds = events.some(({ type }) => type === 'rewound')
  const { pinned, hidden } = metricChoices()
  const matching = found([...names], search.value)
  const shown = matching.filter((name) => !hidden.includes(name))
  return (
    <>
      {hasRewinds && (
        <CheckField label={t('curves.showSuperseded')} checked={showsSuperseded.value} onChange={showSuperseded} />
      )}
      <Losses live={live} events={events} />
      {isMoreThanLosses(names) && (
        <section class="stack" aria-labelledby="all-metrics">
          <div class="row between">
            <h3 id="all-metrics">{t('curves.all', { count: names.size })}</h3>
            <div class="metric-search">
              <TextField label={t('curves.find')} value={search.value} onInput={(text) => (search.value = text)} />
            </div>
          </div>
          {matching.length === 0 ? (
            <Empty bare title={t('curves.noneFound')} />
          ) : (
            <MetricGroups
              pinned={pinned.filter((name) => shown.includes(name))}
              names={shown.filter((name) => !pinned.includes(name))}
              isSearched={search.value !== ''}
              {...{ live, events, job }}
            />
          )}
          <HiddenMetrics names={matching.filter((name) => hidden.includes(name))} />
        </section>
      )}
    </>
  )
}

/** The metrics that came, known from the job as it was read and from its stream: another set only when there are others. */
function useNames(live: LiveJob, { summary }: JobSnapshot): ReadonlySet<string> {
  const liveNames = useComputed(() => {
    void live.version.value
    return JSON.stringify([...live.values.keys()])
  }).value
  const read = JSON.stringify(Object.keys(summary))
  return useMemo(() => new Set<string>([...JSON.parse(read), ...JSON.parse(liveNames)]), [read, liveNames])
}

/** The losses are in a chart of their own. */
const isMoreThanLosses = (names: ReadonlySet<string>): boolean =>
  [...names].some((name) => name !== 'loss' && name !== 'val_loss')

function Losses({ live, events }: Pick<CurvesProps, 'live' | 'events'>) {
  const { loss = null, val_loss: valLoss = null } = live.event.value?.metrics ?? {}
  const source = useMemo(() => fieldSource(live, ['loss', 'val_loss']), [live])
  if (loss === null && valLoss === null) return null
  return (
    <CurveChart
      live={live}
      events={events}
      source={source}
      title={t('job.losses')}
      yLabel={t('job.losses')}
      summary={t('curves.losses', {
        step: formatCount(live.event.value?.current_step ?? 0),
        loss: formatLoss(numberOf(loss)),
        valLoss: formatLoss(numberOf(valLoss)),
      })}
      curves={[
        { label: t('job.trainingLoss'), colour: '--curve-1', format: formatLoss },
        { label: t('job.valLoss'), colour: '--curve-2', dashed: true, format: formatLoss },
      ]}
      height={CHART_HEIGHT}
    />
  )
}
