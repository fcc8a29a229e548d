import type { RunnerRecord } from '../../../../client/index.ts'
import { Loaded } from '../../../components/notice.tsx'
import { useNow } from '../../../components/use-now.ts'
import { useMovingJobs } from '../../../domain/resources.ts'
import { RunnerBadge } from '../../../domain/runner-badge.tsx'
import { isThere, standingOf } from '../../../domain/runner-standing.ts'
import { useRunners } from '../../../domain/runners.ts'
import { formatTime } from '../../../i18n/format.ts'
import { t } from '../../../i18n/text.ts'
import { ACTIVE_JOBS_MS, RUNNERS_NAMED_MAX } from '../../../platform/limits.ts'

/** The runners that are there, what they do, and as of when. */
export function WhoIsThere() {
  const read = useRunners({ everyMs: ACTIVE_JOBS_MS })
  return (
    <section class="stack-s" aria-labelledby="who-is-there">
      <h3 id="who-is-there">{t('createRunner.there')}</h3>
      <Loaded of={read} lines={2} bare>
        {(runners) => <Those runners={runners} readMs={read.readMs} />}
      </Loaded>
    </section>
  )
}

/** Some of them by name, first those that would take the job. */
function Those({ runners, readMs }: { runners: readonly RunnerRecord[]; readMs: number }) {
  const jobs = useMovingJobs().data ?? []
  const nowMs = useNow(true, ACTIVE_JOBS_MS)
  const there = runners
    .map((runner) => ({ runner, standing: standingOf(runner, jobs, nowMs) }))
    .filter(({ standing }) => isThere(standing))
    .sort((a, b) => Number(b.standing.doing === 'idle') - Number(a.standing.doing === 'idle'))
  const more = there.length - RUNNERS_NAMED_MAX
  return (
    <>
      {there.length === 0 && (
        <p>
          {t('createRunner.noneThere')} <a href="/runners#connect">{t('createRunner.connect')}</a>
        </p>
      )}
      <ul class="create-runners">
        {there.slice(0, RUNNERS_NAMED_MAX).map(({ runner, standing: { doing, job } }) => (
          <li key={`${runner.actor} ${runner.name}`}>
            <strong>{runner.name}</strong> <RunnerBadge doing={doing} />
            {job !== null && <a href={`/jobs/${encodeURIComponent(job.id)}`}>{job.name}</a>}
          </li>
        ))}
      </ul>
      <p class="row quiet small">
        {more > 0 && <span>{t('createRunner.more', { count: more })}</span>}
        <span>{t('common.asOf', { time: formatTime(readMs) })}</span>
        <a href="/runners">{t('createRunner.all')}</a>
      </p>
    </>
  )
}
