import './for-runners.css'
import { useLayoutEffect } from 'preact/hooks'
import { TextField } from '../../../components/field.tsx'
import { createRunner as createRunnerDe } from '../../../i18n/de/create-runner.ts'
import { runners as runnersDe } from '../../../i18n/de/runners.ts'
import { createRunner as createRunnerEn } from '../../../i18n/en/create-runner.ts'
import { runners as runnersEn } from '../../../i18n/en/runners.ts'
import { addTexts, t } from '../../../i18n/text.ts'
import { attemptsBounds } from '../bounds.ts'
import type { Form } from '../form.ts'
import { Params } from './param-rows.tsx'
import { forRunners } from './request.ts'
import { ResumeChoice } from './resume-choice.tsx'
import { WhoIsThere } from './who-is-there.tsx'

addTexts({
  en: { createRunner: createRunnerEn, runners: runnersEn },
  de: { createRunner: createRunnerDe, runners: runnersDe },
})

/** What only jobs for runners have: who would train it, where it starts, parameters, attempts. */
export function ForRunners({ form }: { form: Form }) {
  useLayoutEffect(() => {
    form.forRunners.value = forRunners
  }, [])
  const { min, max } = attemptsBounds
  return (
    <>
      <WhoIsThere />
      <ResumeChoice form={form} />
      <Params form={form} />
      <div class="create-epochs">
        <TextField
          label={t('createRunner.maxAttempts')}
          name="max_attempts"
          inputMode="numeric"
          autocomplete="off"
          hint={t('createRunner.maxAttemptsHint', { min, max })}
          error={form.errors.value.get('max_attempts')}
          value={form.draft.value.max_attempts}
          onInput={(max_attempts) => form.change({ max_attempts })}
        />
      </div>
    </>
  )
}
