import type { ComponentChildren, JSX } from 'preact'
import { useId } from 'preact/hooks'

export type FieldProps = {
  label: string
  hint?: string | undefined
  /** The error of the value; shown at the field, and read out with it. */
  error?: string | undefined
}

type Described = { id: string; 'aria-describedby': string | undefined; 'aria-invalid': boolean }

/** A control with its label, hint and error. `children` gets the attributes that tie them together. */
export function Field({ label, hint, error, children }: FieldProps & { children: (tie: Described) => JSX.Element }) {
  const id = useId()
  const descriptions = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ')
  return (
    <div class="field">
      <label htmlFor={id}>{label}</label>
      {children({ id, 'aria-describedby': descriptions || undefined, 'aria-invalid': Boolean(error) })}
      {hint && (
        <span class="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
      {error && <FieldError id={`${id}-error`}>{error}</FieldError>}
    </div>
  )
}

/** What is wrong, with a sign in front of it. */
export function FieldError({ id, children }: { id: string; children: ComponentChildren }) {
  return (
    <span class="error" id={id}>
      <svg viewBox="0 0 16 16" width="12" height="12" aria-hidden="true">
        <path d="M8 1 15.5 15H.5ZM8 6v4M8 12v1.5" fill="none" stroke="currentColor" stroke-width="1.6" />
      </svg>
      <span>{children}</span>
    </span>
  )
}

type TextFieldProps = FieldProps & {
  value: string
  onInput: (value: string) => void
  /** Not shown while it is typed. */
  secret?: boolean
  /** Which keyboard a phone shows. */
  inputMode?: 'text' | 'numeric' | 'decimal'
  autocomplete?: string
  name?: string
  placeholder?: string
  required?: boolean
}

/** A line of text, or a number as text: the input is kept as typed. */
export function TextField({ label, hint, error, value, onInput, secret = false, ...input }: TextFieldProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(tie) => {
        const common = {
          ...tie,
          ...input,
          class: 'input',
          value,
          onInput: (event: { currentTarget: HTMLInputElement }) => onInput(event.currentTarget.value),
        }
        return secret ? <input {...common} type="password" /> : <input {...common} type="text" />
      }}
    </Field>
  )
}

type SelectFieldProps<V extends string> = FieldProps & {
  value: V
  options: readonly (readonly [value: V, text: string])[]
  onChange: (value: V) => void
}

/** One of a few values. */
export function SelectField<V extends string>({ label, hint, error, value, options, onChange }: SelectFieldProps<V>) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(tie) => (
        <select {...tie} class="input" value={value} onChange={(event) => onChange(event.currentTarget.value as V)}>
          {options.map(([option, text]) => (
            <option key={option} value={option}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}

type CheckFieldProps = { label: string; checked: boolean; onChange: (checked: boolean) => void }

/** Yes or no. */
export function CheckField({ label, checked, onChange }: CheckFieldProps) {
  return (
    <label class="check">
      <input type="checkbox" checked={checked} onChange={(event) => onChange(event.currentTarget.checked)} />
      {label}
    </label>
  )
}

type SegmentsProps<V extends string> = {
  /** What is chosen here, for screen readers. */
  label: string
  value: V
  options: readonly (readonly [value: V, text: string])[]
  onChange: (value: V) => void
}

/** A choice among two to four, all in sight. */
export function Segments<V extends string>({ label, value, options, onChange }: SegmentsProps<V>) {
  const name = useId()
  return (
    <div class="segments" role="radiogroup" aria-label={label}>
      {options.map(([option, text]) => (
        <label key={option}>
          <input type="radio" name={name} checked={option === value} onChange={() => onChange(option)} />
          {text}
        </label>
      ))}
    </div>
  )
}
