import { useId, useRef } from 'preact/hooks'
import { PARAMS_MAX } from '../../../../platform/limits.ts'
import { Button } from '../../../components/button.tsx'
import { FieldError } from '../../../components/field.tsx'
import { t } from '../../../i18n/text.ts'
import type { ParamRow } from '../draft.ts'
import type { Form } from '../form.ts'
import { type RowError, rowErrors, sizeError } from './params.ts'

/** The parameters for the training script, row by row. Errors are shown at their rows. */
export function Params({ form }: { form: Form }) {
  const place = useRef<HTMLFieldSetElement>(null)
  const id = useId()
  const rows = form.draft.value.params
  const isShown = form.errors.value.has('params')
  const errors = isShown ? rowErrors(rows) : []
  const tooBig = isShown && errors.every((error) => Object.keys(error).length === 0) ? sizeError(rows) : null

  const change = (params: ParamRow[]) => form.change({ params })
  const focus = (selector: string) =>
    requestAnimationFrame(() => place.current?.querySelector<HTMLElement>(selector)?.focus())
  const add = () => {
    change([...rows, { name: '', value: '' }])
    focus('li:last-child input')
  }
  const remove = (at: number) => {
    change(rows.toSpliced(at, 1))
    // The row is gone: its successor has the focus, or else the button that adds one.
    focus(at < rows.length - 1 ? `li:nth-child(${at + 1}) input` : '.param-add')
  }
  return (
    <fieldset ref={place} class="field" data-field="params" aria-describedby={`${id}-hint`}>
      <legend>{t('createRunner.params')}</legend>
      <span class="hint" id={`${id}-hint`}>
        {t('createRunner.paramsHint')}
      </span>
      {rows.length > 0 && (
        <ul class="params">
          {rows.map((row, at) => (
            <Row
              key={at}
              number={at + 1}
              row={row}
              error={errors[at] ?? {}}
              onChange={(next) => change(rows.with(at, next))}
              onRemove={() => remove(at)}
            />
          ))}
        </ul>
      )}
      {tooBig !== null && <FieldError id={`${id}-size`}>{tooBig}</FieldError>}
      <div>
        <Button
          class="param-add"
          onClick={add}
          unavailable={rows.length < PARAMS_MAX ? null : t('createRunner.tooManyParams', { max: PARAMS_MAX })}
        >
          {t('createRunner.addParam')}
        </Button>
      </div>
    </fieldset>
  )
}

type RowProps = {
  number: number
  row: ParamRow
  error: RowError
  onChange: (row: ParamRow) => void
  onRemove: () => void
}

function Row({ number, row, error, onChange, onRemove }: RowProps) {
  return (
    <li>
      <Entry
        label={t('createRunner.paramNameOf', { number })}
        placeholder={t('createRunner.paramName')}
        value={row.name}
        error={error.name}
        onInput={(name) => onChange({ ...row, name })}
      />
      <Entry
        label={t('createRunner.paramValueOf', { number })}
        placeholder={t('createRunner.paramValue')}
        value={row.value}
        error={error.value}
        onInput={(value) => onChange({ ...row, value })}
      />
      <Button look="plain" label={t('createRunner.removeParam', { number })} onClick={onRemove}>
        {t('createRunner.remove')}
      </Button>
    </li>
  )
}

type EntryProps = {
  label: string
  placeholder: string
  value: string
  error: string | undefined
  onInput: (value: string) => void
}

function Entry({ label, placeholder, value, error, onInput }: EntryProps) {
  const id = useId()
  return (
    <div class="field">
      <input
        class="input"
        name="params"
        type="text"
        autocomplete="off"
        spellcheck={false}
        aria-label={label}
        aria-invalid={error !== undefined}
        aria-describedby={error === undefined ? undefined : id}
        placeholder={placeholder}
        value={value}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      {error !== undefined && <FieldError id={id}>{error}</FieldError>}
    </div>
  )
}
