import type { FieldName } from './draft.ts'

/** Puts the focus into a field of a form, and opens what it stands in. */
export function focusField(form: HTMLFormElement, field: FieldName): void {
  const control = form.querySelector<HTMLElement>(`[name="${field}"], [data-field="${field}"] input`)
  const details = control?.closest('details')
  if (details) details.open = true
  control?.focus()
}
