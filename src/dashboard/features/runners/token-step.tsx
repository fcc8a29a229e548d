import type { Signal } from '@preact/signals'
import { may, who } from '../../api/session.ts'
import { Button } from '../../components/button.tsx'
import type { MadeToken } from '../../domain/new-token.ts'
import { TokenField } from '../../domain/token-field.tsx'
import { useTokenForm } from '../../domain/use-token-form.tsx'
import { t } from '../../i18n/text.ts'

/** The token of a runner: made here by administrators; others read who may. */
export function TokenStep({ made }: { made: Signal<MadeToken | null> }) {
  if (who.value?.kind === 'local') return <p>{t('connect.noTokenNeeded')}</p>
  if (!may('admin')) return <p>{t('connect.adminsOnly', { role: t('session.runner') })}</p>
  if (made.value !== null) return <Made made={made} token={made.value} />
  return (
    <TokenForm
      onMade={(token) => {
        made.value = token
      }}
    />
  )
}

/** The token, shown once. */
function Made({ made, token }: { made: Signal<MadeToken | null>; token: MadeToken }) {
  const forget = () => {
    made.value = null
  }
  return (
    <>
      <p role="status">
        <strong>{t('connect.created', { name: token.name })}</strong>
      </p>
      <p>{t('connect.createdText')}</p>
      <TokenField token={token.token}>
        <Button look="plain" onClick={forget}>
          {t('connect.another')}
        </Button>
      </TokenField>
    </>
  )
}

function TokenForm({ onMade }: { onMade: (token: MadeToken) => void }) {
  const { form, send, isSending, nameField, lifetimeField } = useTokenForm('365', onMade)
  const submit = (event: Event) => {
    event.preventDefault()
    void send('runner')
  }
  return (
    <form ref={form} class="stack-s" onSubmit={submit} noValidate>
      <p>{t('connect.tokenText')}</p>
      <div class="connect-token">
        {nameField(t('connect.name'), t('connect.nameHint'))}
        {lifetimeField}
      </div>
      <div>
        <Button type="submit" look="primary" pending={isSending}>
          {t('tokens.submit')}
        </Button>
      </div>
    </form>
  )
}
