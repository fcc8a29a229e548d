import { useState } from 'preact/hooks'
import type { JobSnapshot } from '../../../../client/index.ts'
import { Button } from '../../../components/button.tsx'
import { formatCount } from '../../../i18n/format.ts'
import { t } from '../../../i18n/text.ts'
import type { LiveJob } from '../../../live/watch-live.ts'
import { METRICS_OF_GROUP_SHOWN } from '../../../platform/limits.ts'
import type { JobEvent } from '../data.ts'
import { choose } from './choices.ts'
import { groupsOf } from './groups.ts'
import { MetricCard } from './metric-card.tsx'

type Shown = { live: LiveJob; events: readonly JobEvent[]; job: JobSnapshot; isSearched: boolean }

/** Charts of metrics: those that are pinned, then by prefix. */
export function MetricGroups({
  pinned,
  names,
  ...shown
}: Shown & { pinned: readonly string[]; names: readonly string[] }) {
  return (
    <>
      {pinned.length > 0 && <Group title={t('curves.pinned')} names={pinned} {...shown} />}
      {groupsOf(names).map(({ prefix, names }) => (
        <Group key={prefix} title={prefix || t('curves.plain')} names={names} {...shown} />
      ))}
    </>
  )
}

/** A group that can be closed; a long one is shown in full when somebody wants it, or searches. */
function Group({ title, names, isSearched, ...shown }: Shown & { title: string; names: readonly string[] }) {
  const [isWhole, setWhole] = useState(false)
  const charts = isWhole || isSearched ? names : names.slice(0, METRICS_OF_GROUP_SHOWN)
  return (
    <details class="metric-group" open>
      <summary>
        <h4>{title}</h4>
        <span class="quiet">{formatCount(names.length)}</span>
      </summary>
      <ul class="columns metric-cards">
        {charts.map((name) => (
          <MetricCard key={name} name={name} {...shown} />
        ))}
      </ul>
      {charts.length < names.length && (
        <Button onClick={() => setWhole(true)}>{t('curves.showAll', { count: names.length })}</Button>
      )}
    </details>
  )
}

/** What a person does not want to see, and the way back. */
export function HiddenMetrics({ names }: { names: readonly string[] }) {
  if (names.length === 0) return null
  return (
    <details class="metric-group">
      <summary>
        <h4>{t('curves.hidden')}</h4>
        <span class="quiet">{formatCount(names.length)}</span>
      </summary>
      <ul class="metrics-hidden">
        {names.map((name) => (
          <li key={name} class="row">
            {name}
            <Button label={t('curves.showNamed', { name })} onClick={() => choose(name, 'hidden', false)}>
              {t('curves.show')}
            </Button>
          </li>
        ))}
      </ul>
    </details>
  )
}
