import { ChoiceCards } from '../../components/choice-cards.tsx'
import { TextField } from '../../components/field.tsx'
import { t } from '../../i18n/text.ts'
import { modelTypes } from './bounds.ts'
import type { Form } from './form.ts'
import { NumberEntry } from './number-entry.tsx'

/** What is trained: name, model type, epochs. */
export function Basics({ form }: { form: Form }) {
  return (
    <section class="panel">
      <h2>{t('createJob.what')}</h2>
      <div class="stack">
        <TextField
          label={t('createJob.name')}
          name="name"
          autocomplete="off"
          required
          hint={t('createJob.nameHint')}
          error={form.errors.value.get('name')}
          value={form.draft.value.name}
          onInput={(name) => form.change({ name })}
        />
        <ModelTypes form={form} />
        <div class="create-epochs">
          <NumberEntry form={form} field="epochs" />
        </div>
      </div>
    </section>
  )
}

function ModelTypes({ form }: { form: Form }) {
  return (
    <ChoiceCards
      legend={t('createJob.modelType')}
      value={form.draft.value.model_type}
      options={modelTypes.map((type) => [type, t(`common.${type}`), t(`createJob.${type}Hint`)] as const)}
      onChange={(type) => form.change({ model_type: type })}
    />
  )
}
