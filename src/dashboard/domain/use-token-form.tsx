import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { tidyName } from '../../platform/name.ts'
import type { Role } from '../../shared/role.ts'
import { SelectField, TextField } from '../components/field.tsx'
import { toast } from '../components/toast.tsx'
import { t } from '../i18n/text.ts'
import { type Lifetime, lifetimes, type MadeToken, makeToken, tokenNameError, tokenNameRefusal } from './new-token.ts'

/**
 * What every form for a token has: its fields for a name and a lifetime, and what sends it. A name that is refused is marked
 * and has the focus.
 *
 * @param first the lifetime that is chosen at first
 */
export function useTokenForm(first: Lifetime, onMade: (token: MadeToken) => void) {
  const name = useSignal('')
  const lifetime = useSignal<Lifetime>(first)
  const error = useSignal<string | undefined>(undefined)
  const sending = useSignal(false)
  const form = useRef<HTMLFormElement>(null)

  const refuse = (message: string) => {
    error.value = message
    form.current?.querySelector('input')?.focus()
  }
  const send = async (role: Role) => {
    if (sending.value) return
    const tokenName = tidyName(name.value)
    const wrong = tokenNameError(tokenName)
    if (wrong !== null) return refuse(wrong)
    sending.value = true
    const answer = await makeToken(tokenName, role, lifetime.value)
    sending.value = false
    if (answer.ok) return onMade(answer.data)
    const ofName = tokenNameRefusal(answer.refusal)
    if (ofName === null) toast.refused(answer.refusal)
    else refuse(ofName)
  }
  return {
    form,
    send,
    isSending: sending.value,
    nameField: (label: string, hint: string) => (
      <TextField
        label={label}
        hint={hint}
        error={error.value}
        value={name.value}
        autocomplete="off"
        onInput={(value) => {
          name.value = value
          error.value = undefined
        }}
      />
    ),
    lifetimeField: (
      <SelectField
        label={t('tokens.validFor')}
        value={lifetime.value}
        options={lifetimes.map(([days, text]) => [days, t(text)] as const)}
        onChange={(next) => {
          lifetime.value = next
        }}
      />
    ),
  }
}
