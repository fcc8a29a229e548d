import type { JobSnapshot } from '../../../client/index.ts'
import { isFinal } from '../../../shared/job-status.ts'
import { api } from '../../api/client.ts'
import { CurlButton } from '../../domain/curl-button.tsx'
import { t } from '../../i18n/text.ts'
import type { CurlRequest } from '../../platform/curl.ts'

const job = api.jobs[':id']

const streamOf = (id: string) => api.metrics.stream.$url({ query: { job_id: id, history: 'delta' } })

/** What this page reads and sends, as curl commands. */
export function Requests({ job: { id, status } }: { job: Pick<JobSnapshot, 'id' | 'status'> }) {
  const param = { id: encodeURIComponent(id) }
  const url = job.$url({ param })
  const reads: [string, CurlRequest][] = [
    [t('copy.read'), { url }],
    [t('copy.follow'), { url: streamOf(id), streams: true }],
    [t('copy.events'), { url: job.events.$url({ param, query: {} }) }],
    [t('copy.curve'), { url: job.history.$url({ param, query: { format: 'csv' } }) }],
  ]
  const commands: [string, CurlRequest][] = [
    [t('job.pause'), { method: 'POST', url: job.pause.$url({ param }) }],
    [t('job.resume'), { method: 'POST', url: job.resume.$url({ param }) }],
    [t('job.cancel'), { method: 'POST', url: job.cancel.$url({ param }) }],
  ]
  const remove: [string, CurlRequest] = [t('job.delete'), { method: 'DELETE', url }]
  return (
    <>
      <p class="quiet small">{t('copy.requestsHint')}</p>
      <div class="row">
        {[...reads, ...(isFinal(status) ? [] : commands), remove].map(([name, request]) => (
          <CurlButton key={name} request={() => request}>
            {name}
          </CurlButton>
        ))}
      </div>
    </>
  )
}
