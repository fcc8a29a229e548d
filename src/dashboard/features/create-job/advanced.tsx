import { Button } from '../../components/button.tsx'
import { CheckField } from '../../components/field.tsx'
import { t } from '../../i18n/text.ts'
import { bounds, numberFields } from './bounds.ts'
import { advancedDefaults } from './draft.ts'
import type { Form } from './form.ts'
import { NumberEntry } from './number-entry.tsx'
import { parseNumber } from './numbers.ts'
import type { Speed } from './speed.ts'

const advancedFields = numberFields.filter((field) => field !== 'epochs')

/** Settings that most jobs leave at their defaults. */
export function Advanced({ form, speed }: { form: Form; speed: Speed | null | undefined }) {
  return (
    <details class="panel create-advanced">
      <summary>
        <h2>{t('createJob.advanced')}</h2>
        <span class="quiet">{t('createJob.advancedText')}</span>
      </summary>
      <div class="stack">
        <div class="create-numbers">
          {advancedFields.map((field) => (
            <NumberEntry key={field} form={form} field={field} />
          ))}
        </div>
        <WarmupNote form={form} speed={speed} />
        <CheckField
          label={t('job.mixedPrecision')}
          checked={form.draft.value.mixed_precision}
          onChange={(mixed_precision) => form.change({ mixed_precision })}
        />
        <div>
          <Button onClick={() => form.change(advancedDefaults())}>{t('createJob.defaults')}</Button>
        </div>
      </div>
    </details>
  )
}

/** Warns that warmup is longer than the training, where the number of steps is known. */
function WarmupNote({ form, speed }: { form: Form; speed: Speed | null | undefined }) {
  const { epochs, warmup_steps } = form.draft.value
  const steps = parseNumber(epochs, bounds.epochs) * (speed?.stepsPerEpoch ?? Number.NaN)
  if (!(parseNumber(warmup_steps, bounds.warmup_steps) > steps)) return null
  return <p class="create-warning">{t('createJob.warmupTooLong', { steps })}</p>
}
