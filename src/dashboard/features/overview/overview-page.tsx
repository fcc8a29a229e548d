import './overview.css'
import { Button } from '../../components/button.tsx'
import { Loaded } from '../../components/notice.tsx'
import { PageHeading } from '../../components/page-heading.tsx'
import {
  lanesOf,
  type SystemStatus,
  useActiveVersions,
  useMovingJobs,
  useStats,
  useStatus,
} from '../../domain/resources.ts'
import { formatCount } from '../../i18n/format.ts'
import { t } from '../../i18n/text.ts'
import { navigate } from '../../platform/router.ts'
import { usePausedJobs, useRecentJobs } from './data.ts'
import { DatasetGlance } from './dataset.tsx'
import { ActiveModels } from './models.tsx'
import { Paused, Queue, Recent } from './queue-panels.tsx'
import { Tracks } from './tracks.tsx'

/** What is going on now, as in a signal box. */
export default function OverviewPage() {
  const jobs = useMovingJobs()
  const paused = usePausedJobs()
  const status = useStatus()
  const recent = useRecentJobs()
  const versions = useActiveVersions()
  const stats = useStats()
  return (
    <div class="stack">
      <PageHeading title={t('overview.title')}>
        <Button look="primary" needs="operator" onClick={() => navigate('/jobs/new')}>
          {t('createJob.title')}
        </Button>
      </PageHeading>
      <Loaded of={jobs} lines={6}>
        {(moving) => {
          const { running, waiting } = lanesOf(moving)
          return (
            <>
              <Tracks running={running} slots={status.data?.slots ?? null} />
              <div class="columns">
                <div class="stack">
                  <Queue jobs={waiting} />
                  <Loaded of={paused}>{(aside) => <Paused of={aside} />}</Loaded>
                </div>
                <div class="stack">
                  <Loaded of={recent}>{(over) => <Recent jobs={over} />}</Loaded>
                </div>
              </div>
            </>
          )
        }}
      </Loaded>
      <div class="columns">
        <div class="stack">
          <Loaded of={versions}>{(active) => <ActiveModels versions={active} />}</Loaded>
          <Loaded of={status} lines={1}>
            {(counts) => <Counts of={counts} />}
          </Loaded>
        </div>
        <div class="stack">
          <Loaded of={stats}>{(of) => <DatasetGlance stats={of} />}</Loaded>
        </div>
      </div>
    </div>
  )
}

function Counts({ of }: { of: SystemStatus }) {
  const counts = [
    [t('overview.totalJobs'), of.total_jobs],
    [t('overview.completedJobs'), of.completed_jobs],
    [t('overview.failedJobs'), of.failed_jobs],
    [t('overview.modelVersions'), of.model_versions],
  ] as const
  return (
    <dl class="panel facts counts">
      {counts.map(([name, count]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{formatCount(count)}</dd>
        </div>
      ))}
    </dl>
  )
}
