import { TextField } from '../../components/field.tsx'
import { t } from '../../i18n/text.ts'
import { bounds, type NumberField } from './bounds.ts'
import { boundsText } from './check.ts'
import type { Form } from './form.ts'

const texts = {
  epochs: ['job.epochs', 'epochsHint'],
  batch_size: ['job.batchSize', 'batchSizeHint'],
  learning_rate: ['job.learningRate', 'learningRateHint'],
  warmup_steps: ['job.warmupSteps', 'warmupStepsHint'],
  weight_decay: ['job.weightDecay', 'weightDecayHint'],
  gradient_accumulation: ['job.gradientAccumulation', 'gradientAccumulationHint'],
} as const

/** A number to enter, with its bounds. */
export function NumberEntry({ form, field }: { form: Form; field: NumberField }) {
  const [label, hint] = texts[field]
  return (
    <TextField
      label={t(label)}
      name={field}
      inputMode={bounds[field].whole ? 'numeric' : 'decimal'}
      autocomplete="off"
      hint={boundsText(hint, bounds[field])}
      error={form.errors.value.get(field)}
      value={form.draft.value[field]}
      onInput={(value) => form.change({ [field]: value })}
    />
  )
}
