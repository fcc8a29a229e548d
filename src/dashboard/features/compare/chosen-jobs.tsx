import { StateBadge } from '../../domain/state-badge.tsx'
import { formatDateTime, shortId } from '../../i18n/format.ts'
import { t } from '../../i18n/text.ts'
import type { Compared } from './compared-jobs.ts'
import { RemoveButton } from './remove-button.tsx'

type ChosenJobsProps = {
  jobs: readonly Compared[]
  /** Whether the jobs could not be read. */
  isRefused: boolean
  onRemove: (id: string, name: string) => void
}

/** Chosen jobs that are not in the chart: not loaded, not found, or too few. */
export function ChosenJobs({ jobs, isRefused, onRemove }: ChosenJobsProps) {
  return (
    <ul class="chosen-jobs">
      {jobs.map(({ id, state, job }) => {
        const name = job?.name ?? shortId(id)
        return (
          <li key={id}>
            {job !== null ? (
              <>
                <span class="option-name">
                  <a href={`/jobs/${id}`}>{name}</a>
                  <span class="quiet small">
                    {t(`common.${job.model_type}`)}, {formatDateTime(job.created_at)}
                  </span>
                </span>
                <StateBadge status={job.status} />
              </>
            ) : (
              <p class="option-name quiet">
                {state === 'gone' ? t('compare.gone') : !isRefused && t('common.loading')}{' '}
                <span class="mono">{name}</span>
              </p>
            )}
            <RemoveButton name={name} onRemove={() => onRemove(id, name)} />
          </li>
        )
      })}
    </ul>
  )
}
