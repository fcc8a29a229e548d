import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { explain } from '../../api/problem.ts'
import { isOutside, type SignInRefusal, signIn, who } from '../../api/session.ts'
import { dismissSignIn, signInDialog } from '../../api/sign-in-again.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { TextField } from '../../components/field.tsx'
import { focusHeading } from '../../components/page-heading.tsx'
import { formatDuration } from '../../i18n/format.ts'
import { t } from '../../i18n/text.ts'

/** Signing in over the page, which keeps its input. */
export function SignInDialog() {
  const kind = signInDialog.value
  const cameFromOutside = useRef(false)
  if (kind !== 'closed' && who.value === null) cameFromOutside.current = isOutside.value
  // Nothing that was there before has anything to do with the page that is there now.
  const focusAfter = cameFromOutside.current && who.value !== null ? focusHeading : undefined
  return (
    <Dialog open={kind !== 'closed'} title={t('session.title')} onClose={dismissSignIn} focusAfter={focusAfter}>
      <SignInForm text={kind === 'again' ? t('session.again') : t('session.text')} />
    </Dialog>
  )
}

type Refusal = SignInRefusal | { reason: 'empty' }

function SignInForm({ text }: { text: string }) {
  const token = useSignal('')
  const refusal = useSignal<Refusal | null>(null)
  const sending = useSignal(false)
  const form = useRef<HTMLFormElement>(null)
  // Focus the field, whose description says what is wrong.
  useEffect(() => {
    if (refusal.value !== null) form.current?.querySelector('input')?.focus()
  }, [refusal.value])
  const submit = async (event: Event) => {
    event.preventDefault()
    const value = token.value.trim()
    if (sending.value) return
    if (value === '') {
      refusal.value = { reason: 'empty' }
      return
    }
    sending.value = true
    refusal.value = await signIn(value)
    sending.value = false
  }
  return (
    <form ref={form} class="stack-s" onSubmit={submit} noValidate>
      <p>{text}</p>
      {/* After Enter the focus is in the field already: the live region reads the error out. */}
      <div aria-live="polite">
        <TextField
          label={t('session.token')}
          secret
          name="token"
          autocomplete="current-password"
          value={token.value}
          error={refusal.value === null ? undefined : sentence(refusal.value)}
          onInput={(value) => {
            token.value = value
          }}
        />
      </div>
      <div class="actions">
        <Button onClick={dismissSignIn}>{t('common.cancel')}</Button>
        <Button type="submit" look="primary" pending={sending.value}>
          {t('session.signIn')}
        </Button>
      </div>
    </form>
  )
}

/** A refusal as a sentence that says what to do. */
function sentence(refusal: Refusal): string {
  switch (refusal.reason) {
    case 'empty':
      return t('session.emptyToken')
    case 'unknown-token':
      return t('session.unknownToken')
    case 'malformed':
      return t('session.malformedToken')
    case 'too-many-attempts':
      return t('session.tooManyAttempts', { wait: formatDuration(refusal.retryAfterS * 1_000) })
    case 'not-configured':
      return t('session.notConfigured')
    case 'unreachable':
      return t('session.unreachable')
    case 'other':
      return explain(refusal.problem)
  }
}
