import { useMemo } from 'preact/hooks'
import type { JobSnapshot } from '../../../../client/index.ts'
import { reportedNames } from '../../../../shared/metric-names.ts'
import { numberOf } from '../../../../shared/metric-value.ts'
import { Button } from '../../../components/button.tsx'
import { WhenInView } from '../../../components/when-in-view.tsx'
import { isField, metricSource } from '../../../domain/curves/source.ts'
import { formatNumber } from '../../../i18n/format.ts'
import { t } from '../../../i18n/text.ts'
import type { LiveJob } from '../../../live/watch-live.ts'
import type { JobEvent } from '../data.ts'
import { choose, metricChoices } from './choices.ts'
import { CurveChart } from './curve-chart.tsx'

type MetricCardProps = { name: string; live: LiveJob; events: readonly JobEvent[]; job: JobSnapshot }

const chartHeight = 180

/** CSS pixels of its title, legend and buttons, in one line each. */
const aroundChart = 120

/** The chart of a metric, there as soon as it comes into view; and what can be chosen for it. */
export function MetricCard(props: MetricCardProps) {
  return (
    <li class="metric-card">
      <WhenInView height={chartHeight + aroundChart} placeholder={<h3>{props.name}</h3>}>
        {() => <MetricChart {...props} />}
      </WhenInView>
    </li>
  )
}

function MetricChart({ name, live, events, job }: MetricCardProps) {
  const source = useMemo(() => metricSource(live, name), [live, name])
  const summed = job.summary[name]
  const others = isField(name) ? othersOf(name, live, job) : []
  const range = { low: figure(summed?.lowest), high: figure(summed?.highest) }
  return (
    <>
      <CurveChart
        live={live}
        events={events}
        source={source}
        title={name}
        summary={t('curves.summary', { name, latest: figure(summed?.latest), ...range })}
        curves={[{ label: t('curves.value'), colour: '--curve-1', format }]}
        height={chartHeight}
        actions={<Choices name={name} />}
      />
      {others.length > 0 && <p class="quiet small">{t('curves.insteadOf', { name, others: others.join(', ') })}</p>}
    </>
  )
}

/** The other names that trainers give to what has a field, which the field shows where its own name is missing. */
function othersOf(name: string, live: LiveJob, { summary }: JobSnapshot): string[] {
  const reported = new Set([...Object.keys(summary), ...live.values.keys()])
  return reportedNames(name, [...reported]).filter((one) => one !== name)
}

/** Pins or hides a metric. */
function Choices({ name }: { name: string }) {
  const { pinned } = metricChoices()
  const isPinned = pinned.includes(name)
  return (
    <span class="row metric-choices">
      <Button
        look="plain"
        label={t(isPinned ? 'curves.unpinNamed' : 'curves.pinNamed', { name })}
        onClick={() => choose(name, 'pinned', !isPinned)}
      >
        {t(isPinned ? 'curves.unpin' : 'curves.pin')}
      </Button>
      <Button look="plain" label={t('curves.hideNamed', { name })} onClick={() => choose(name, 'hidden', true)}>
        {t('curves.hide')}
      </Button>
    </span>
  )
}

/** Four digits that count, of a number of any size. */
const format = (value: number): string =>
  Number.isFinite(value) && value !== 0 ? formatNumber(Number(value.toPrecision(4))) : formatNumber(value)

const figure = (value: Parameters<typeof numberOf>[0] | undefined): string => {
  const number = numberOf(value ?? null)
  return number === null ? '–' : format(number)
}
