import type { JobSnapshot } from '../../../../client/index.ts'
import { api } from '../../../api/client.ts'
import { request } from '../../../api/request.ts'
import { useResource } from '../../../api/resource.ts'
import { CopyButton } from '../../../components/copy.tsx'
import { needsToken } from '../../../domain/curl-button.tsx'
import { formatList } from '../../../i18n/format.ts'
import { t } from '../../../i18n/text.ts'
import { connectCommand, type KnownRunners, knownOf } from './known-runners.ts'
import { Note } from './note.tsx'
import { situationOf, type Told, waitedFor } from './sentences.ts'

/** A job that waits for a runner: what runners there are, and if none, the command that connects one. */
export function Waiting({ told, nowMs }: { told: Told; nowMs: number }) {
  const runners = useResource('runners', (options) => request(() => api.runners.$get(), options)).data
  const situation = situationOf(told, nowMs)
  if (situation === null) return null
  const known = runners && knownOf(runners, nowMs)
  const isNone = known !== null && known.busy.length === 0 && known.idle.length === 0
  return (
    <Note
      condition="waits"
      headline={known === null ? situation.headline : headlineOf(told.job, known, nowMs)}
      details={situation.details}
    >
      {isNone && <Connect />}
    </Note>
  )
}

function headlineOf(job: JobSnapshot, { busy, idle }: KnownRunners, nowMs: number): string {
  const waited = waitedFor(job, nowMs)
  if (idle.length > 0) return t('attempts.waitsOthers', { ...waited, count: idle.length, names: formatList(idle) })
  if (busy.length > 0) return t('attempts.waitsBusy', { ...waited, count: busy.length, names: formatList(busy) })
  return t('attempts.waitsNone', waited)
}

function Connect() {
  const command = connectCommand(location.origin, needsToken())
  return (
    <div class="stack-s">
      <p class="small">{t('attempts.connect')}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: scrolled by keyboard where it is wider than its place */}
      <pre class="code" tabIndex={0}>
        {command}
      </pre>
      {needsToken() && <p class="small">{t('attempts.connectToken', { role: t('session.runner') })}</p>}
      <div>
        <CopyButton text={() => command} done={t('attempts.connectCopied')}>
          {t('attempts.connectCopy')}
        </CopyButton>
      </div>
    </div>
  )
}
