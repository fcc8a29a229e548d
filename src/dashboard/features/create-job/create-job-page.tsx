import './create-job.css'
import { useState } from 'preact/hooks'
import { explain } from '../../api/problem.ts'
import { Button } from '../../components/button.tsx'
import { Empty, Skeleton } from '../../components/notice.tsx'
import { PageHeading } from '../../components/page-heading.tsx'
import { useJob } from '../../domain/resources.ts'
import { t } from '../../i18n/text.ts'
import { navigate, query } from '../../platform/router.ts'
import { CreateForm } from './create-form.tsx'
import { draftLike, emptyDraft } from './draft.ts'
import { forgetDraft, recallDraft } from './session-draft.ts'

/** A new job, also one like another: `/jobs/new?from=<id>`. */
export default function CreateJobPage() {
  const from = query.value.get('from')
  const [begun, setBegun] = useState(0)
  const startOver = () => {
    forgetDraft()
    setBegun(begun + 1)
  }
  return <CreateJob key={`${begun} ${from}`} from={from} focused={begun > 0} onStartOver={startOver} />
}

type BeginProps<From> = { from: From; focused: boolean; onStartOver: () => void }

function CreateJob({ from, ...rest }: BeginProps<string | null>) {
  const [stored] = useState(() => recallDraft(from))
  if (stored === null && from !== null) return <CreateJobLike from={from} {...rest} />
  const { draft, attempt } = stored ?? { draft: emptyDraft(), attempt: null }
  return (
    <div class="stack">
      <PageHeading title={t('createJob.title')} />
      <CreateForm {...rest} {...{ from, draft, attempt }} restored={stored !== null} />
    </div>
  )
}

/** A form that begins with another job's settings. */
function CreateJobLike({ from, ...rest }: BeginProps<string>) {
  const { data, refusal, refresh } = useJob(from)
  const name = data?.job.name
  return (
    <div class="stack">
      <PageHeading title={name === undefined ? t('createJob.title') : t('createJob.titleFrom', { name })} />
      {data !== null && (
        <CreateForm {...rest} from={from} draft={draftLike(data.job.config)} attempt={null} restored={false} />
      )}
      {data === null && refusal === null && <Skeleton lines={8} />}
      {data === null && refusal !== null && (
        <Empty title={t('createJob.fromRefused')}>
          <p>{explain(refusal)}</p>
          <div class="row">
            <Button onClick={refresh}>{t('common.retry')}</Button>
            <Button onClick={() => navigate('/jobs/new', { replace: true })}>{t('createJob.fromEmpty')}</Button>
          </div>
        </Empty>
      )}
    </div>
  )
}
