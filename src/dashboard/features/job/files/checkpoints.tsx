import type { JobSnapshot } from '../../../../client/index.ts'
import { isWithin } from '../../../../shared/artifact-path.ts'
import type { FileEntry } from '../../../domain/files/file-tree.ts'
import { JobFormLink } from '../../../domain/job-form-link.tsx'
import { formatBytes } from '../../../i18n/format-bytes.ts'
import { t } from '../../../i18n/text.ts'
import { useJobCheckpoints } from './data.ts'

type CheckpointsProps = { job: JobSnapshot; files: readonly FileEntry[] }

/** The checkpoints that are kept, newest first: a new job can start from them. */
export function Checkpoints({ job, files }: CheckpointsProps) {
  const { data } = useJobCheckpoints(job)
  if (data === null || data.length === 0) return null
  return (
    <section class="stack-s" aria-label={t('files.checkpoints')}>
      <h3>{t('files.checkpoints')}</h3>
      <ul class="checkpoints">
        {data.toReversed().map(({ step, checkpoint }) => {
          const own = files.filter(({ path }) => isWithin(path, checkpoint))
          const size = own.reduce((sum, file) => sum + file.size, 0)
          return (
            <li key={checkpoint}>
              <strong>{t('files.atStep', { step })}</strong>
              <span class="mono">{checkpoint}</span>
              <span class="quiet">
                {own.length > 0 && t('files.total', { count: own.length, size: formatBytes(size) })}
              </span>
              <JobFormLink from={job.id} step={step}>
                {t('files.startFrom')}
                <span class="visually-hidden"> {t('files.atStep', { step })}</span>
              </JobFormLink>
            </li>
          )
        })}
      </ul>
    </section>
  )
}
