import './output.css'
import { useSignal } from '@preact/signals'
import { useMemo, useState } from 'preact/hooks'
import type { JobSnapshot } from '../../../../client/index.ts'
import { OUTPUT_BYTES_MAX } from '../../../../platform/limits.ts'
import { isFinal, type JobStatus } from '../../../../shared/job-status.ts'
import { api } from '../../../api/client.ts'
import { isOffline } from '../../../api/problem.ts'
import { request } from '../../../api/request.ts'
import { Empty, Refused, Skeleton } from '../../../components/notice.tsx'
import { saveFile } from '../../../components/save-file.ts'
import { toast } from '../../../components/toast.tsx'
import { output as de } from '../../../i18n/de/output.ts'
import { output as en } from '../../../i18n/en/output.ts'
import { formatMoment } from '../../../i18n/format.ts'
import { addTexts, t } from '../../../i18n/text.ts'
import { recall, remember } from '../../../platform/stored.ts'
import { useAttempts } from '../attempts/data.ts'
import { OutputList, type Place } from './output-list.tsx'
import type { OutputLog } from './output-log.ts'
import { placesOf } from './search.ts'
import { Toolbar } from './toolbar.tsx'
import { useOutput } from './use-output.ts'
import { useSearch } from './use-search.ts'

addTexts({ en: { output: en }, de: { output: de } })

/** What the training process of a job has written. */
export function OutputPanel({ job, status }: { job: JobSnapshot; status: JobStatus }) {
  const { log, isKnown } = useOutput(job)
  // Renders again when the first lines are there.
  const hasLines = log.version.value > 0 && log.end > 0
  const refusal = log.refusal.value
  return (
    <section class="panel output" aria-label={t('output.title')}>
      <h2>{t('output.title')}</h2>
      {hasLines ? (
        <Shown job={job} log={log} />
      ) : refusal !== null && !isOffline(refusal) ? (
        <Refused refusal={refusal} onRetry={() => log.announce()} bare />
      ) : !isKnown ? (
        <Skeleton lines={6} />
      ) : (
        <Empty title={t(isFinal(status) ? 'output.neverAny' : 'output.notYet')} bare />
      )}
    </section>
  )
}

function Shown({ job, log }: { job: JobSnapshot; log: OutputLog }) {
  const [wraps, setWraps] = useState(recall('output-wraps') !== 'false')
  const [place, setPlace] = useState<Place | null>(null)
  const attempts = useAttempts(job).data
  const runners = useMemo(() => new Map(attempts?.map(({ number, runner }) => [number, runner])), [attempts])
  const follows = useSignal(true)
  const search = useSearch(log, (line, word) => {
    const character = placesOf(log.at(line)?.text ?? '', word)[0] ?? 0
    setPlace({ line, character })
  })
  const wrap = (wraps: boolean) => {
    remember('output-wraps', String(wraps))
    setWraps(wraps)
  }
  const goToStep = async (step: number) => {
    const point = await pointAt(job.id, step)
    if (point === null) return t('output.noStep', { step })
    const line = await log.find(point.timestamp)
    if (line === null) return t('output.unread')
    setPlace({ line, character: 0 })
    return t('output.atStep', { step: point.step, at: formatMoment(point.timestamp) })
  }
  const download = async () => {
    if (!(await log.wantAll())) return toast.failed(t('output.unread'))
    const lines = Array.from({ length: log.end - log.first }, (_, i) => `${log.at(log.first + i)?.text ?? ''}\n`)
    saveFile(lines, 'text/plain', `${job.name}.txt`)
  }
  return (
    <div class="stack-s">
      <Toolbar search={search} follows={follows} wraps={wraps} onWrap={wrap} onStep={goToStep} onDownload={download} />
      {log.first > 0 && (
        <p class="quiet small">{t('output.dropped', { count: log.first, size: OUTPUT_BYTES_MAX / MIB })}</p>
      )}
      <Unread log={log} />
      <OutputList {...{ log, wraps, follows, place, runners }} word={search.word} />
    </div>
  )
}

const MIB = 1024 * 1024

/** Why lines that are in view may be missing. An unreachable server is reported by the banner. */
function Unread({ log }: { log: OutputLog }) {
  const refusal = log.refusal.value
  if (refusal === null || isOffline(refusal)) return null
  return <Refused refusal={refusal} onRetry={() => log.announce()} bare />
}

/** The first point of a job's curve at a step or after it; `null`: there is none, or it cannot be read. */
async function pointAt(id: string, step: number): Promise<{ step: number; timestamp: number } | null> {
  const query = { from_step: String(step), max_points: '2' }
  const answer = await request(() => api.jobs[':id'].history.$get({ param: { id: encodeURIComponent(id) }, query }))
  if (!answer.ok) {
    toast.refused(answer.refusal)
    return null
  }
  // The route also answers CSV, which nobody has asked for.
  return typeof answer.data === 'string' ? null : (answer.data.points[0] ?? null)
}
