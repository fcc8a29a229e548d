import { Empty } from '../../components/notice.tsx'
import { t } from '../../i18n/text.ts'
import { JobOption } from './found-jobs.tsx'
import { type FoundJob, offeredJobs } from './job-search.ts'

type TooFewProps = {
  /** The newest jobs; `null` while they are not known. */
  newest: readonly FoundJob[] | null
  chosen: readonly string[]
  onAdd: (id: string, name: string) => void
}

/** Fewer than two jobs: offers the newest that have started. */
export function TooFew({ newest, chosen, onAdd }: TooFewProps) {
  const offered = newest === null ? [] : offeredJobs(newest, chosen)
  if (newest?.length === 0) {
    return (
      <Empty bare title={t('compare.noJobs')}>
        <a class="button primary" href="/jobs/new">
          {t('models.newJob')}
        </a>
      </Empty>
    )
  }
  return (
    <Empty bare title={t(chosen.length === 0 ? 'compare.none' : 'compare.one')}>
      <p>{t('compare.noneText')}</p>
      {offered.length > 0 && (
        <ul class="offered" aria-label={t('compare.found')}>
          {offered.map((job) => (
            <li key={job.id}>
              <button type="button" class="offer" onClick={() => onAdd(job.id, job.name)}>
                <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
                  <path d="M8 3v10M3 8h10" fill="none" stroke="currentColor" stroke-width="2" />
                </svg>
                <span class="visually-hidden">{t('compare.addOne')}</span>
                <JobOption job={job} />
              </button>
            </li>
          ))}
        </ul>
      )}
    </Empty>
  )
}
