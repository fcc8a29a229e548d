import type { ComponentChildren } from 'preact'
import type { JobSnapshot } from '../../../client/index.ts'
import type { JobStatus } from '../../../shared/job-status.ts'
import { useScript } from '../../components/use-script.ts'
import { JobFormLink } from '../../domain/job-form-link.tsx'
import { t } from '../../i18n/text.ts'

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

/** The version of a completed job, whose script is not loaded with the page. */
function Version(props: { job: JobSnapshot }) {
  const { script } = useScript(() => import('./version-link.tsx'))
  return script && <script.VersionLink {...props} />
}
