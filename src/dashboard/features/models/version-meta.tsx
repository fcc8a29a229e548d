import type { ModelVersion } from '../../../client/index.ts'
import { CopyId } from '../../components/copy.tsx'
import { Bundeslaender } from '../../domain/bundeslaender.tsx'
import { formatDateTime, shortId } from '../../i18n/format.ts'
import { formatBytes } from '../../i18n/format-bytes.ts'
import { t } from '../../i18n/text.ts'
import { useOrigin } from './resources.ts'

/** When a version was created, its size if it has one, and its id. */
export function VersionMeta({ version: { id, version, created_at, size_mb } }: { version: ModelVersion }) {
  return (
    <p class="written quiet small">
      <time dateTime={created_at}>{formatDateTime(created_at)}</time>
      {size_mb > 0 && <span>{formatBytes(size_mb * 1_000_000)}</span>}
      <CopyId id={id} name={version} shown={shortId(id)} />
    </p>
  )
}

/** The origin of a version: its job, and the Bundesländer it was trained on. */
export function Lineage({ version: { job_id, bundeslaender } }: { version: ModelVersion }) {
  const origin = useOrigin(job_id).data
  return (
    <div class="lineage">
      {origin?.deleted ? (
        <span class="quiet">
          {t('models.jobDeleted')} <span class="mono">{shortId(job_id)}</span>
        </span>
      ) : (
        <a href={`/jobs/${job_id}`}>
          {origin === null ? <span class="mono">{shortId(job_id)}</span> : <span class="job-name">{origin.name}</span>}
        </a>
      )}
      <Bundeslaender codes={bundeslaender} linked />
    </div>
  )
}
