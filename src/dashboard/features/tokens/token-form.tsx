import { useSignal } from '@preact/signals'
import { type Role, roles } from '../../../shared/role.ts'
import { Button } from '../../components/button.tsx'
import { ChoiceCards } from '../../components/choice-cards.tsx'
import type { MadeToken } from '../../domain/new-token.ts'
import { useTokenForm } from '../../domain/use-token-form.tsx'
import { t } from '../../i18n/text.ts'

/** Creates a token. */
export function TokenForm({ onMade }: { onMade: (token: MadeToken) => void }) {
  const role = useSignal<Role>('viewer')
  const { form, send, isSending, nameField, lifetimeField } = useTokenForm('90', onMade)
  const submit = (event: Event) => {
    event.preventDefault()
    void send(role.value)
  }
  return (
    <form ref={form} class="panel stack-s" onSubmit={submit} noValidate>
      <h2>{t('tokens.create')}</h2>
      {nameField(t('tokens.name'), t('tokens.nameHint'))}
      <ChoiceCards
        legend={t('tokens.role')}
        value={role.value}
        options={roles.map((one) => [one, t(`session.${one}`), t(`tokens.${one}Can`)] as const)}
        onChange={(next) => {
          role.value = next
        }}
      />
      <div class="tokens-lifetime">{lifetimeField}</div>
      <div class="actions">
        <Button type="submit" look="primary" pending={isSending}>
          {t('tokens.submit')}
        </Button>
      </div>
    </form>
  )
}
