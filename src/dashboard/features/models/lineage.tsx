import type { ModelVersion } from '../../../client/index.ts'
import { Bundeslaender } from '../../domain/bundeslaender.tsx'
import { shortId } from '../../domain/short-id.ts'
import { t } from '../../i18n/text.ts'
import { useOrigin } from './resources.ts'

/** Where a version comes from: its job, and the Bundesländer whose documents it was trained on. */
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
