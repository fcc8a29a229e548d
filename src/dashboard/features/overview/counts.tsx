import type { SystemStatus } from '../../domain/resources.ts'
import { formatCount } from '../../i18n/format.ts'
import { t } from '../../i18n/text.ts'

/** How many there are of everything, each a link to them. */
export function Counts({ of }: { of: SystemStatus }) {
  const counts = [
    [t('overview.totalJobs'), of.total_jobs, '/jobs'],
    [t('overview.completedJobs'), of.completed_jobs, '/jobs?status=completed'],
    [t('overview.failedJobs'), of.failed_jobs, '/jobs?status=failed'],
    [t('overview.modelVersions'), of.model_versions, '/models'],
  ] as const
  return (
    <ul class="counts">
      {counts.map(([name, count, href]) => (
        <li key={href}>
          <a href={href}>
            <strong>{formatCount(count)}</strong> {name}
          </a>
        </li>
      ))}
    </ul>
  )
}
