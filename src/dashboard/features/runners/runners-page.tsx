import './runners.css'
import { useSignal } from '@preact/signals'
import type { RunnerRecord } from '../../../client/index.ts'
import { isStale, type ResourceState } from '../../api/resource.ts'
import { who } from '../../api/session.ts'
import { Empty, Loaded } from '../../components/notice.tsx'
import { PageHeading } from '../../components/page-heading.tsx'
import { useNow } from '../../components/use-now.ts'
import type { MadeToken } from '../../domain/new-token.ts'
import { useMovingJobs } from '../../domain/resources.ts'
import { isThere, standingOf } from '../../domain/runner-standing.ts'
import { useRunners } from '../../domain/runners.ts'
import { connect as connectDe } from '../../i18n/de/connect.ts'
import { runners as runnersDe } from '../../i18n/de/runners.ts'
import { connect as connectEn } from '../../i18n/en/connect.ts'
import { runners as runnersEn } from '../../i18n/en/runners.ts'
import { formatTime } from '../../i18n/format.ts'
import { addTexts, t } from '../../i18n/text.ts'
import { ACTIVE_JOBS_MS, RUNNERS_SOON_MS } from '../../platform/limits.ts'
import { ConnectRunner } from './connect-runner.tsx'
import { type Listed, RunnerTable } from './runner-table.tsx'

addTexts({ en: { runners: runnersEn, connect: connectEn }, de: { runners: runnersDe, connect: connectDe } })

/** The runners, what they do, and how one is connected. */
export default function RunnersPage() {
  const made = useSignal<MadeToken | null>(null)
  const isExpecting = made.value !== null || who.value?.kind === 'local'
  const runners = useRunners({ everyMs: isExpecting ? RUNNERS_SOON_MS : ACTIVE_JOBS_MS })
  return (
    <div class="stack">
      <PageHeading title={t('runners.title')} />
      <p class="runners-intro">{t('runners.intro')}</p>
      <Loaded of={runners} lines={4}>
        {(all) => <List runners={all} read={runners} />}
      </Loaded>
      <ConnectRunner runners={runners.data} made={made} />
    </div>
  )
}

/** Those that are there, and out of the way those that are not. */
function List({ runners, read }: { runners: readonly RunnerRecord[]; read: ResourceState<unknown> }) {
  const jobs = useMovingJobs().data ?? []
  const nowMs = useNow(true, ACTIVE_JOBS_MS)
  const listed = runners.map((runner): Listed => ({ runner, standing: standingOf(runner, jobs, nowMs) }))
  const there = listed.filter(({ standing }) => isThere(standing))
  const gone = listed.filter(({ standing }) => !isThere(standing))
  return (
    <>
      {there.length > 0 ? (
        <section class="stack-s">
          <RunnerTable caption={t('runners.caption')} listed={there} />
          <Read read={read} />
        </section>
      ) : (
        <Empty title={t(gone.length > 0 ? 'runners.noneThere' : 'runners.none')}>
          <p class="quiet">{t('runners.noneText')}</p>
          <Read read={read} />
        </Empty>
      )}
      {gone.length > 0 && (
        <details class="runners-gone">
          <summary>{t('runners.gone', { count: gone.length })}</summary>
          <RunnerTable caption={t('runners.goneCaption')} listed={gone} />
        </details>
      )}
    </>
  )
}

/** As of when the list is. Where that may be long ago, it is said above it. */
function Read({ read }: { read: ResourceState<unknown> }) {
  return isStale(read) ? null : <p class="quiet small">{t('common.asOf', { time: formatTime(read.readMs) })}</p>
}
