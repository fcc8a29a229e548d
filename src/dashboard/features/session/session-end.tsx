import { who } from '../../api/session.ts'
import { signInDialog } from '../../api/sign-in-again.ts'
import { Button } from '../../components/button.tsx'
import { useNow } from '../../components/use-now.ts'
import { locale } from '../../i18n/locale.ts'
import { t } from '../../i18n/text.ts'
import { SESSION_ENDING_MS, SESSION_LOOK_MS } from '../../platform/limits.ts'

/** Says that the session is about to end, while there is time to begin another one and nothing is lost. */
export function SessionEnd() {
  const endsMs = sessionEndMs()
  // A timer for the end itself would sleep with the machine.
  const nowMs = useNow(endsMs !== null, SESSION_LOOK_MS)
  const leftMs = (endsMs ?? Number.POSITIVE_INFINITY) - nowMs
  return (
    <div role="status">
      {endsMs !== null && leftMs > 0 && leftMs <= SESSION_ENDING_MS && (
        <div class="strip">
          {t('session.endsAt', { time: timeOf(endsMs) })}{' '}
          <Button look="plain" onClick={signInAnew}>
            {t('session.signInAnew')}
          </Button>
        </div>
      )}
    </div>
  )
}

/** When the session ends that was begun with a token, Unix ms. Cloudflare Access renews its own. */
function sessionEndMs(): number | null {
  const session = who.value
  return session?.kind === 'session' && session.expires_at !== null ? Date.parse(session.expires_at) : null
}

const timeOf = (ms: number): string => new Date(ms).toLocaleTimeString(locale.value, { timeStyle: 'short' })

/** Who dismisses the dialog is still signed in: it is opened without ending the session that there is. */
function signInAnew(): void {
  signInDialog.value = 'first'
}
