import { explain, kindOf, type Problem } from '../../api/problem.ts'
import { Button } from '../../components/button.tsx'
import { t } from '../../i18n/text.ts'
import type { Form } from './form.ts'
import { wantsWaiting } from './submission.ts'

const isOffline = (refusal: Problem): boolean => kindOf(refusal) === 'offline'

/** Why the form was rejected, or that the outcome is unknown; and what to do. */
export function Refusal({ form, onWaitInstead }: { form: Form; onWaitInstead: () => void }) {
  const refusal = form.refusal.value
  return (
    <div role="alert">
      {(refusal === null || isOffline(refusal)) && <Lost unanswered={form.unanswered.value} />}
      {refusal !== null && !isOffline(refusal) && (
        <div class="create-refusal stack-s">
          <p>
            <strong>{t('createJob.refused')}</strong>
          </p>
          <p>{explain(refusal)}</p>
          {wantsWaiting(refusal) && <Button onClick={onWaitInstead}>{t('createJob.wait')}</Button>}
        </div>
      )}
    </div>
  )
}

/** A request got no response: what to do depends on whether the form has changed since. */
function Lost({ unanswered }: { unanswered: 'no' | 'same' | 'changed' }) {
  if (unanswered === 'no') return null
  if (unanswered === 'same') return <p class="create-refusal">{t('createJob.lost')}</p>
  return (
    <p class="create-refusal">
      {t('createJob.lostChanged')} <a href="/jobs">{t('createJob.toJobs')}</a>
    </p>
  )
}
