import { api } from '../../api/client.ts'
import { Button, WhyWithheld } from '../../components/button.tsx'
import { CheckField } from '../../components/field.tsx'
import { CurlButton } from '../../domain/curl-button.tsx'
import { Simulated } from '../../domain/simulated.tsx'
import type { SlotUsage } from '../../domain/slot-usage.ts'
import { formatDuration, formatList } from '../../i18n/format.ts'
import { t } from '../../i18n/text.ts'
import type { CurlRequest } from '../../platform/curl.ts'
import { bounds, type JobRequest } from './bounds.ts'
import { check, requestOf } from './check.ts'
import type { Draft } from './draft.ts'
import type { Form } from './form.ts'
import { parseNumber } from './numbers.ts'
import { Refusal } from './refusal.tsx'
import type { Speed } from './speed.ts'
import { wantsWaiting } from './submission.ts'

export type StartPanelProps = {
  form: Form
  speed: Speed | null | undefined
  slotUsage: SlotUsage | null
  /** Whether the job may wait for a slot. */
  waits: boolean
  onWaits: (waits: boolean) => void
  /** Submits again, allowing the job to wait. */
  onWaitInstead: () => void
}

/** What to expect of the job, and the submit button. */
export function StartPanel({ form, speed, slotUsage, waits, onWaits, onWaitInstead }: StartPanelProps) {
  const again = form.unanswered.value === 'same'
  const isBusy = slotUsage?.isBusy ?? false
  const refusal = form.refusal.value
  const { trainer } = form.draft.value
  const isWhole = !form.isIncomplete.value && check(form.draft.value, form.forRunners.value).size === 0
  const isOffered = refusal !== null && wantsWaiting(refusal)
  return (
    <section class="panel create-start">
      <h2>{t('createJob.start')}</h2>
      <div class="stack-s">
        {trainer !== 'runner' && <Duration form={form} speed={speed} />}
        {slotUsage && <Slots usage={slotUsage} trainer={trainer} />}
        {isBusy && !again && !isOffered && (
          <div>
            <CheckField label={t('createJob.wait')} checked={waits} onChange={onWaits} />
            <p class="quiet small">{t('createJob.waitHint')}</p>
          </div>
        )}
        {trainer === 'simulated' && <Simulated what="trainer" />}
        <Refusal form={form} onWaitInstead={onWaitInstead} />
        <WhyWithheld needs="operator" />
        <Button
          type="submit"
          look="primary"
          needs="operator"
          pending={form.sending.value}
          unavailable={form.isIncomplete.value ? t('common.loading') : null}
        >
          {t(again ? 'createJob.submitAgain' : isBusy && waits ? 'createJob.submitWait' : 'createJob.submit')}
        </Button>
        <CurlButton
          request={() => creationOf(requestOf(form.draft.peek(), form.forRunners.peek()), isBusy && waits)}
          unavailable={isWhole ? null : t('createJob.incomplete')}
        />
      </div>
    </section>
  )
}

/** The request that the form sends. */
const creationOf = (json: JobRequest, waits: boolean): CurlRequest => ({
  method: 'POST',
  url: api.jobs.$url({ query: waits ? { when_busy: 'queue' } : {} }),
  json,
})

/** The expected duration, based on a completed job. */
function Duration({ form, speed }: { form: Form; speed: Speed | null | undefined }) {
  if (speed === undefined) return null
  if (speed === null) return <p class="quiet small">{t('createJob.takesUnknown')}</p>
  const { min, max } = bounds.epochs
  const epochs = parseNumber(form.draft.value.epochs, bounds.epochs)
  if (!(epochs >= min && epochs <= max)) return null
  return (
    <div>
      <p class="create-duration">{t('createJob.takes', { time: formatDuration(speed.epochMs * epochs) })}</p>
      <p class="quiet small">{t('createJob.takesText', { name: speed.name, pace: formatDuration(speed.epochMs) })}</p>
    </div>
  )
}

function Slots({ usage, trainer }: { usage: SlotUsage; trainer: Draft['trainer'] }) {
  const { slots, holding, waiting, isBusy } = usage
  const sentences = [
    holding.length >= slots && t('createJob.slotsTaken', { count: slots }),
    waiting > 0 && t('createJob.othersWait', { count: waiting }),
    !isBusy && t(trainer === 'runner' ? 'createJob.slotFreeRunner' : 'createJob.slotFree'),
  ]
  return (
    <div>
      <p>{sentences.filter(Boolean).join(' ')}</p>
      {holding.length > 0 && <p class="quiet small">{t('createJob.heldBy', { names: formatList([...holding]) })}</p>}
    </div>
  )
}
