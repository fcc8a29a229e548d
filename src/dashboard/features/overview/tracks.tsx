import type { JobSnapshot } from '../../../client/index.ts'
import { Empty } from '../../components/notice.tsx'
import { JobFormLink } from '../../domain/job-form-link.tsx'
import { t } from '../../i18n/text.ts'
import { TRACKS_MAX } from '../../platform/limits.ts'
import { Lane } from './lane.tsx'

export type TracksProps = {
  running: readonly JobSnapshot[]
  /** How many of them hold a slot. */
  used: number
  /** How many jobs may run at a time; `null`: unknown. */
  slots: number | null
}

/** The tracks: running jobs, and free slots. */
export function Tracks({ running, used, slots }: TracksProps) {
  const visible = running.slice(0, TRACKS_MAX)
  const free = slots === null ? 0 : Math.max(0, slots - used)
  const freeShown = Math.min(free, Math.max(0, TRACKS_MAX - visible.length))
  return (
    <section class="panel tracks" aria-labelledby="tracks">
      <div class="row between">
        <h2 id="tracks">{t('overview.now')}</h2>
        {slots !== null && <span class="quiet small">{t('overview.slots', { used, count: slots })}</span>}
      </div>
      {running.length === 0 && (
        <Empty bare title={t('overview.nothingRuns')}>
          <p class="quiet">{t('overview.nothingRunsText')}</p>
          <JobFormLink>{t('common.newJob')}</JobFormLink>
        </Empty>
      )}
      {visible.map((job) => (
        <Lane key={job.id} job={job} />
      ))}
      {Array.from({ length: freeShown }, (_, at) => (
        <FreeTrack key={at} label={t('overview.freeSlot')} />
      ))}
      {running.length > visible.length && (
        <p>
          <a href="/jobs?status=preparing&status=training&status=validating">
            {t('overview.moreRunning', { count: running.length - visible.length })}
          </a>
        </p>
      )}
    </section>
  )
}

/** A free track. */
function FreeTrack({ label }: { label: string }) {
  return (
    <div class="track free">
      <div class="track-line">
        <span class="rail" aria-hidden="true" />
        <span class="free-label">{label}</span>
      </div>
    </div>
  )
}
