import { type Signal, useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { tidyName } from '../../../platform/name.ts'
import { may, who } from '../../api/session.ts'
import { Button } from '../../components/button.tsx'
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
import { TokenField } from '../../domain/token-field.tsx'
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
  const name = useSignal('')
  const lifetime = useSignal<Lifetime>('365')
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
    const answer = await makeToken(tokenName, 'runner', lifetime.value)
    sending.value = false
    if (answer.ok) return onMade(answer.data)
    const ofName = tokenNameRefusal(answer.refusal)
    if (ofName === null) toast.refused(answer.refusal)
    else refuse(ofName)
  }
  return (
    <form ref={form} class="stack-s" onSubmit={submit} noValidate>
      <p>{t('connect.tokenText')}</p>
      <div class="connect-token">
        <TextField
          label={t('connect.name')}
          hint={t('connect.nameHint')}
          error={error.value}
          value={name.value}
          autocomplete="off"
          onInput={(value) => {
            name.value = value
            error.value = undefined
          }}
        />
        <SelectField
          label={t('tokens.validFor')}
          value={lifetime.value}
          options={lifetimes.map(([days, text]) => [days, t(text)] as const)}
          onChange={(next) => {
            lifetime.value = next
          }}
        />
      </div>
      <div>
        <Button type="submit" look="primary" pending={sending.value}>
          {t('tokens.submit')}
        </Button>
      </div>
    </form>
  )
}
