import type { JobSnapshot, ModelVersion } from '../../../client/index.ts'
import { PAGE_MAX } from '../../../platform/limits.ts'
import { numberOf } from '../../../shared/metric-value.ts'
import { api } from '../../api/client.ts'
import { type Answer, nextCursor, type RequestOptions, request } from '../../api/request.ts'
import { type Resource, useResource } from '../../api/resource.ts'
import { typeName } from '../../domain/type-name.ts'
import { formatScore } from '../../i18n/format.ts'
import { t } from '../../i18n/text.ts'
import { VERSION_PAGES_MAX } from '../../platform/limits.ts'

/** The model version that a completed job has, with a link to it. */
export function VersionLink({ job }: { job: JobSnapshot }) {
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

/** The model version of a completed job; `null` when it was deleted, or is too old to be found. */
const useVersionOf = (job: JobSnapshot): Resource<{ version: ModelVersion | null }> =>
  useResource(`models/of/${job.id}`, (options) => findVersion(job, options), { everyMs: Infinity })

async function findVersion(
  job: JobSnapshot,
  options: RequestOptions,
): Promise<Answer<{ version: ModelVersion | null }>> {
  let cursor: string | null = null
  for (let page = 0; ; page++) {
    const query = { model_type: job.model_type, limit: String(PAGE_MAX), ...(cursor === null ? {} : { cursor }) }
    const answer: Answer<ModelVersion[]> = await request(() => api.models.$get({ query }), options)
    if (!answer.ok) return answer
    const version = answer.data.find(({ job_id }) => job_id === job.id) ?? null
    cursor = nextCursor(answer.headers)
    if (version !== null || cursor === null || page + 1 >= VERSION_PAGES_MAX) return { ...answer, data: { version } }
  }
}
