import type { RefObject } from 'preact'
import { t } from '../../i18n/text.ts'
import type { Errors } from './check.ts'
import type { FieldName } from './draft.ts'

const labels = {
  name: 'createJob.name',
  model_type: 'createJob.modelType',
  epochs: 'job.epochs',
  trainer: 'createJob.trainer',
  resume_from: 'createRunner.begin',
  params: 'createRunner.params',
  max_attempts: 'createRunner.maxAttempts',
  bundeslaender: 'createJob.bundeslaender',
  batch_size: 'job.batchSize',
  learning_rate: 'job.learningRate',
  warmup_steps: 'job.warmupSteps',
  weight_decay: 'job.weightDecay',
  gradient_accumulation: 'job.gradientAccumulation',
  mixed_precision: 'job.mixedPrecision',
} as const satisfies Record<FieldName, string>

type ErrorSummaryProps = { errors: Errors; form: RefObject<HTMLFormElement | null> }

/** The errors of a submitted form, each linked to its field. Screen readers announce them. */
export function ErrorSummary({ errors, form }: ErrorSummaryProps) {
  return (
    <div class="create-summary" role="alert">
      {errors.size > 0 && (
        <div class="notice refused">
          <p>
            <strong>{t('createJob.problems', { count: errors.size })}</strong>
          </p>
          <ul>
            {[...errors].map(([field, message]) => (
              <li key={field}>
                <button
                  type="button"
                  class="create-error"
                  onClick={() => form.current && focusField(form.current, field)}
                >
                  {t(labels[field])}
                </button>
                : {message}
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  )
}

/** Focuses a field of a form, and opens the section around it. */
export function focusField(form: HTMLFormElement, field: FieldName): void {
  const control =
    form.querySelector<HTMLElement>(`[data-field="${field}"] [aria-invalid="true"]`) ??
    form.querySelector<HTMLElement>(`[name="${field}"], [data-field="${field}"] input`)
  const details = control?.closest('details')
  if (details) details.open = true
  control?.focus()
}
