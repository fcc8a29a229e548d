import { DOC_TYPES_MAX, DOCUMENTS_MAX } from '../../../../platform/limits.ts'
import { explain, type Problem } from '../../../api/problem.ts'
import { Button } from '../../../components/button.tsx'
import { t } from '../../../i18n/text.ts'
import { Step } from './step.tsx'
import { cancel, send, type UploadState } from './upload.ts'

type StoppedState = Extract<UploadState, { phase: 'stopped' }>

/** An upload that was rejected midway: why, and how to go on. */
export function Stopped({ state: { progress, refusal } }: { state: StoppedState }) {
  const signedOut = refusal.status === 401
  // The same documents would be rejected again.
  const canGoOn = refusal.status !== 422
  return (
    <Step key="stopped" title={t('dataset.stopped')}>
      <p role="alert" class="warning">
        {reason(refusal)}
      </p>
      <p>
        {t('dataset.stoppedText', { count: progress.left.length })} {canGoOn && t('dataset.stoppedContinue')}
      </p>
      <div class="row">
        {canGoOn && (
          <Button look="primary" {...(signedOut ? {} : { needs: 'operator' })} onClick={() => void send()}>
            {signedOut ? t('dataset.signInAndContinue') : t('dataset.continue')}
          </Button>
        )}
        <Button onClick={cancel}>{t('dataset.stopHere')}</Button>
      </div>
    </Step>
  )
}

function reason(refusal: Problem): string {
  if (refusal.status === 401) return t('dataset.signedOut')
  switch (refusal.errors?.[0]?.type) {
    case 'too_many_doc_types':
      return t('dataset.tooManyTypes', { max: DOC_TYPES_MAX })
    case 'too_many_documents':
      return t('dataset.tooManyDocuments', { max: DOCUMENTS_MAX })
    default:
      return explain(refusal)
  }
}
