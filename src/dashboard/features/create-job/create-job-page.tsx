import './texts.ts'
import './create-job.css'
import { useState } from 'preact/hooks'
import { explain } from '../../api/problem.ts'
import { Button } from '../../components/button.tsx'
import { Empty, Skeleton } from '../../components/notice.tsx'
import { PageHeading } from '../../components/page-heading.tsx'
import { useJob } from '../../domain/resources.ts'
import { t } from '../../i18n/text.ts'
import { navigate, query } from '../../platform/router.ts'
import { type Begin, beginOf } from './begin.ts'
import { CreateForm } from './create-form.tsx'
import { type Draft, draftLike, emptyDraft, type Like, type Resume } from './draft.ts'
import { forgetDraft, recallDraft } from './session-draft.ts'

/** A new job, also one like another (`/jobs/new?from=<id>`), or from its checkpoint (`/jobs/new?resume_from=<id>:<step>`). */
export default function CreateJobPage() {
  const begin = beginOf(query.value)
  const [begun, setBegun] = useState(0)
  const startOver = () => {
    forgetDraft()
    setBegun(begun + 1)
  }
  return <CreateJob key={`${begun} ${begin?.key}`} begin={begin} focused={begun > 0} onStartOver={startOver} />
}

type BeginProps<As extends Begin> = { begin: As; focused: boolean; onStartOver: () => void }

function CreateJob({ begin, ...rest }: BeginProps<Begin>) {
  const key = begin?.key ?? null
  const [stored] = useState(() => recallDraft(key))
  if (stored === null && begin !== null) return <CreateJobLike begin={begin} {...rest} />
  const { draft, attempt } = stored ?? { draft: emptyDraft(), attempt: null }
  return (
    <div class="stack">
      <PageHeading title={t('common.newJob')} />
      <CreateForm {...rest} {...{ draft, attempt }} from={key} restored={stored !== null} />
    </div>
  )
}

/** A form that begins with another job's settings. */
function CreateJobLike({ begin, ...rest }: BeginProps<NonNullable<Begin>>) {
  const { from, resume, key } = begin
  const { data, refusal, refresh } = useJob(from)
  const name = data?.job.name
  return (
    <div class="stack">
      <PageHeading title={name === undefined ? t('common.newJob') : titleFor(name, resume)} />
      {data !== null && (
        <CreateForm {...rest} from={key} draft={draftFor(data.job, resume)} attempt={null} restored={false} />
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

const titleFor = (name: string, resume: Resume | null): string =>
  t(resume === null ? 'createJob.titleFrom' : 'createJob.titleResume', { name })

/** Only runners start from checkpoints. */
const draftFor = (job: Like, resume: Resume | null): Draft =>
  resume === null ? draftLike(job) : { ...draftLike(job), trainer: 'runner', resume_from: resume }
