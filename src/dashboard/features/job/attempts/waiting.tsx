import type { JobSnapshot } from '../../../../client/index.ts'
import { CopyButton } from '../../../components/copy.tsx'
import { needsToken } from '../../../domain/curl-button.tsx'
import { exampleTraining, runnerCommand } from '../../../domain/runner-command.ts'
import { isThere, type Standing, standingOf } from '../../../domain/runner-standing.ts'
import { useRunners } from '../../../domain/runners.ts'
import { formatList } from '../../../i18n/format.ts'
import { t } from '../../../i18n/text.ts'
import { Note } from './note.tsx'
import { situationOf, type Told, waitedFor } from './sentences.ts'

/** A job that waits for a runner: what runners there are, and if none, the command that connects one. */
export function Waiting({ told, nowMs }: { told: Told; nowMs: number }) {
  const runners = useRunners().data
  const situation = situationOf(told, nowMs)
  if (situation === null) return null
  const known = runners?.map((runner) => ({ name: runner.name, standing: standingOf(runner, [], nowMs) })) ?? null
  const isNone = known?.every(({ standing }) => !isThere(standing)) ?? false
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

type Known = { name: string; standing: Standing }

function headlineOf(job: JobSnapshot, known: readonly Known[], nowMs: number): string {
  const waited = waitedFor(job, nowMs)
  const there = known.filter(({ standing }) => isThere(standing))
  const [idle = [], busy = []] = [true, false].map((waits) =>
    there.flatMap(({ name, standing }) => ((standing.doing === 'idle') === waits ? [name] : [])),
  )
  if (idle.length > 0) return t('attempts.waitsOthers', { ...waited, count: idle.length, names: formatList(idle) })
  if (busy.length > 0) return t('attempts.waitsBusy', { ...waited, count: busy.length, names: formatList(busy) })
  return t('attempts.waitsNone', waited)
}

function Connect() {
  const command = runnerCommand('shell', {
    origin: location.origin,
    tokenName: needsToken() ? 'runner' : null,
    training: exampleTraining,
  })
  return (
    <div class="stack-s">
      <p class="small">{t('attempts.connect')}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: scrolled by keyboard where it is wider than its place */}
      <pre class="code" tabIndex={0}>
        {command}
      </pre>
      {needsToken() && <p class="small">{t('attempts.connectToken', { role: t('session.runner') })}</p>}
      <div class="row">
        <CopyButton text={() => command} done={t('attempts.connectCopied')}>
          {t('attempts.connectCopy')}
        </CopyButton>
        <a href="/runners#connect">{t('attempts.connectMore')}</a>
      </div>
    </div>
  )
}
