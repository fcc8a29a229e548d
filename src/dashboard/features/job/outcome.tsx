import type { ComponentChildren } from 'preact'
import type { JobSnapshot } from '../../../client/index.ts'
import type { JobStatus } from '../../../shared/job-status.ts'
import { numberOf } from '../../../shared/metric-value.ts'
import { JobFormLink } from '../../domain/job-form-link.tsx'
import { typeName } from '../../domain/type-name.ts'
import { formatScore } from '../../i18n/format.ts'
import { t } from '../../i18n/text.ts'
import { useVersionOf } from './data.ts'

/** The outcome of the job, or what it waits for, where the track alone does not say it. */
export function Outcome({ job, status }: { job: JobSnapshot; status: JobStatus }) {
  if (status === 'failed') {
    return (
      <Failure title={t('job.failedTitle')} message={job.error_message}>
        {job.trainer !== 'mlflow' && (
          <p>
            <JobFormLink from={job.id}>{t('job.retry')}</JobFormLink>
          </p>
        )}
      </Failure>
    )
  }
  if (status === 'validating' && job.error_message !== null) {
    return <Failure title={t('job.refusedTitle')} message={job.error_message} />
  }
  // A run that a script has opened has the versions that the script registers.
  if (status === 'completed' && job.status === 'completed' && job.trainer !== 'mlflow') return <Version job={job} />
  if (job.queue_position !== null && (status === 'queued' || status === 'paused')) {
    return <p>{t(status === 'queued' ? 'job.waits' : 'job.waitsPaused', { place: job.queue_position })}</p>
  }
  return null
}

type FailureProps = { title: string; message: string | null; children?: ComponentChildren }

function Failure({ title, message, children }: FailureProps) {
  return (
    <div class="notice bare refused">
      <p>
        <strong>{title}</strong>
      </p>
      {message === null ? <p>{t('job.failedUnknown')}</p> : <p lang="en">{message}</p>}
      {children}
    </div>
  )
}

function Version({ job }: { job: JobSnapshot }) {
  const { data } = useVersionOf(job)
  if (data === null) return null
  const { version } = data
  if (version === null) return <p class="quiet">{t('job.versionGone')}</p>
  const params = {
    version: version.version,
    type: typeName(version.model_type),
    f1: formatScore(numberOf(version.metrics.f1_score)),
  }
  return (
    <p class="row">
      <a class="button" href={`/models?type=${version.model_type}&version=${encodeURIComponent(version.id)}`}>
        {t('job.toVersion', params)}
      </a>
      <span class="quiet">{t(version.is_active ? 'job.versionActive' : 'job.versionInactive', params)}</span>
    </p>
  )
}
