import './overview.css'
import type { JobSnapshot } from '../../../client/index.ts'
import { Loaded } from '../../components/notice.tsx'
import { PageHeading } from '../../components/page-heading.tsx'
import { JobFormLink } from '../../domain/job-form-link.tsx'
import { lanesOf, useActiveVersions, useMovingJobs, useStats, useStatus } from '../../domain/resources.ts'
import { Simulated } from '../../domain/simulated.tsx'
import { t } from '../../i18n/text.ts'
import { Counts } from './counts.tsx'
import { usePausedJobs, useRecentJobs } from './data.ts'
import { DatasetGlance } from './dataset.tsx'
import { ActiveModels } from './models.tsx'
import { Paused, Queue, Recent } from './queue-panels.tsx'
import { Tracks } from './tracks.tsx'
import { Welcome } from './welcome.tsx'

/** What is going on now, as in a signal box. */
export default function OverviewPage() {
  const jobs = useMovingJobs()
  const paused = usePausedJobs()
  const status = useStatus()
  const recent = useRecentJobs()
  const versions = useActiveVersions()
  const stats = useStats()
  const isFirstStart = status.data?.total_jobs === 0 && jobs.data?.length === 0
  const shown = [jobs.data, paused.data?.jobs, recent.data].flatMap((some) => some ?? [])
  // Nothing is simulated where runners or scripts have trained all of it.
  const isSimulated = isFirstStart ? status.data?.trainer === 'simulated' : shown.some(isBySimulation)
  return (
    <div class="stack">
      <div class="stack-s">
        <PageHeading title={t('overview.title')}>
          <JobFormLink look="primary">{t('common.newJob')}</JobFormLink>
        </PageHeading>
        {isSimulated && <Simulated what="trainer" />}
      </div>
      {isFirstStart ? (
        <Welcome />
      ) : (
        <Loaded of={status} lines={1}>
          {(counts) => <Counts of={counts} />}
        </Loaded>
      )}
      <Loaded of={jobs} lines={6}>
        {(moving) => {
          const { running, holding, waiting } = lanesOf(moving)
          if (isFirstStart) return null
          return (
            <>
              <Tracks running={running} used={holding.length} slots={status.data?.slots ?? null} />
              <div class="columns">
                <div class="stack">
                  <Queue jobs={waiting} />
                  <Loaded of={paused}>{(aside) => <Paused of={aside} />}</Loaded>
                </div>
                <Loaded of={recent}>{(over) => <Recent jobs={over} />}</Loaded>
              </div>
            </>
          )
        }}
      </Loaded>
      <div class="columns">
        <Loaded of={versions}>{(active) => <ActiveModels versions={active} />}</Loaded>
        <Loaded of={stats}>{(of) => <DatasetGlance stats={of} />}</Loaded>
      </div>
    </div>
  )
}

const isBySimulation = ({ trainer }: JobSnapshot): boolean => trainer === 'simulated'
