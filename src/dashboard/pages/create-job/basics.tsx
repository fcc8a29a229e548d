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
  const chosen = form.draft.value.model_type
  return (
    <fieldset class="field">
      <legend>{t('createJob.modelType')}</legend>
      <div class="model-types">
        {modelTypes.map((type) => (
          <label key={type} class="model-type">
            <input
              type="radio"
              name="model_type"
              value={type}
              checked={type === chosen}
              onChange={() => form.change({ model_type: type })}
            />
            <span>
              <strong>{t(`common.${type}`)}</strong>
              <span class="quiet small">{t(`createJob.${type}Hint`)}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
