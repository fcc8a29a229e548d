import { useEffect } from 'preact/hooks'
import { Button } from '../../../components/button.tsx'
import { announce } from '../../../components/toast.tsx'
import { useNow } from '../../../components/use-now.ts'
import { formatClock, formatProgress } from '../../../i18n/format.ts'
import { t } from '../../../i18n/text.ts'
import { ANNOUNCE_MS } from '../../../platform/limits.ts'
import type { Wait } from './send.ts'
import { Step } from './step.tsx'
import { cancel, type UploadState, upload } from './upload.ts'

type SendingState = Extract<UploadState, { phase: 'sending' }>

/** An upload under way. */
export function Sending({ state: { file, progress, wait, cancelling } }: { state: SendingState }) {
  const count = file.checked.ready.length
  const done = count - progress.left.length
  useEffect(() => {
    const timer = setInterval(() => announce(progressText()), ANNOUNCE_MS)
    return () => clearInterval(timer)
  }, [])
  return (
    <Step key="sending" title={t('dataset.sending')}>
      <p class="row between">
        <span>{t('dataset.sendingOf', { done, count })}</span>
        <span class="quiet">{formatProgress((100 * done) / count)}</span>
      </p>
      <div
        class="bar upload-bar"
        role="progressbar"
        aria-label={t('dataset.sendingProgress')}
        aria-valuemin={0}
        aria-valuemax={count}
        aria-valuenow={done}
        aria-valuetext={t('dataset.sendingOf', { done, count })}
      >
        <span style={{ inlineSize: `${(100 * done) / count}%` }} />
      </div>
      {wait !== null && <Waiting wait={wait} />}
      <div>
        <Button pending={cancelling} onClick={cancel}>
          {cancelling ? t('dataset.cancelling') : t('dataset.cancelUpload')}
        </Button>
      </div>
    </Step>
  )
}

function progressText(): string {
  const state = upload.peek()
  if (state.phase !== 'sending') return ''
  const count = state.file.checked.ready.length
  return t('dataset.sendingOf', { done: count - state.progress.left.length, count })
}

/** Why nothing happens at the moment. The seconds are not read out one by one. */
function Waiting({ wait }: { wait: Wait }) {
  const now = useNow()
  return (
    <p class="warning" role={wait.why === 'offline' ? 'status' : undefined}>
      {wait.why === 'offline'
        ? t('dataset.waitOffline')
        : t('dataset.waitBusy', { seconds: formatClock(Math.max(0, wait.untilMs - now)) })}
    </p>
  )
}
