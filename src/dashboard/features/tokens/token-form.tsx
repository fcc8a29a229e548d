import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { tidyName } from '../../../platform/name.ts'
import { type Role, roles } from '../../../shared/role.ts'
import { Button } from '../../components/button.tsx'
import { ChoiceCards } from '../../components/choice-cards.tsx'
import { SelectField, TextField } from '../../components/field.tsx'
import { toast } from '../../components/toast.tsx'
import {
  type Lifetime,
  lifetimes,
  type MadeToken,
  makeToken,
  tokenNameError,
  tokenNameRefusal,
} from '../../domain/new-token.ts'
import { t } from '../../i18n/text.ts'

/** Creates a token. */
export function TokenForm({ onMade }: { onMade: (token: MadeToken) => void }) {
  const name = useSignal('')
  const role = useSignal<Role>('viewer')
  const lifetime = useSignal<Lifetime>('90')
  const error = useSignal<string | undefined>(undefined)
  const sending = useSignal(false)
  const form = useRef<HTMLFormElement>(null)

  const refuse = (message: string) => {
    error.value = message
    form.current?.querySelector('input')?.focus()
  }
  const submit = async (event: Event) => {
    event.preventDefault()
    if (sending.value) return
    const tokenName = tidyName(name.value)
    const wrong = tokenNameError(tokenName)
    if (wrong !== null) return refuse(wrong)
    sending.value = true
    const answer = await makeToken(tokenName, role.value, lifetime.value)
    sending.value = false
    if (answer.ok) return onMade(answer.data)
    const ofName = tokenNameRefusal(answer.refusal)
    if (ofName === null) toast.refused(answer.refusal)
    else refuse(ofName)
  }
  return (
    <form ref={form} class="panel stack-s" onSubmit={submit} noValidate>
      <h2>{t('tokens.create')}</h2>
      <TextField
        label={t('tokens.name')}
        hint={t('tokens.nameHint')}
        error={error.value}
        value={name.value}
        autocomplete="off"
        onInput={(value) => {
          name.value = value
          error.value = undefined
        }}
      />
      <ChoiceCards
        legend={t('tokens.role')}
        value={role.value}
        options={roles.map((one) => [one, t(`session.${one}`), t(`tokens.${one}Can`)] as const)}
        onChange={(next) => {
          role.value = next
        }}
      />
      <div class="tokens-lifetime">
        <SelectField
          label={t('tokens.validFor')}
          value={lifetime.value}
          options={lifetimes.map(([days, text]) => [days, t(text)] as const)}
          onChange={(next) => {
            lifetime.value = next
          }}
        />
      </div>
      <div class="actions">
        <Button type="submit" look="primary" pending={sending.value}>
          {t('tokens.submit')}
        </Button>
      </div>
    </form>
  )
}
