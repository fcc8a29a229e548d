import { who } from '../../api/session.ts'
import { signInDialog } from '../../api/sign-in-again.ts'
import { Button } from '../../components/button.tsx'
import { useNow } from '../../components/use-now.ts'
import { formatMinute } from '../../i18n/format.ts'
import { t } from '../../i18n/text.ts'
import { SESSION_ENDING_MS, SESSION_LOOK_MS } from '../../platform/limits.ts'

/** Warns that the session is about to end, while it can be renewed without losing anything. */
export function SessionEnd() {
  const endsMs = sessionEndMs()
  // A timer for the end itself would be suspended with the machine.
  const nowMs = useNow(endsMs !== null, SESSION_LOOK_MS)
  const leftMs = (endsMs ?? Number.POSITIVE_INFINITY) - nowMs
  return (
    <div role="status">
      {endsMs !== null && leftMs > 0 && leftMs <= SESSION_ENDING_MS && (
        <div class="strip">
          {t('session.endsAt', { time: formatMinute(endsMs) })}{' '}
          <Button look="plain" onClick={signInAnew}>
            {t('session.signInAgain')}
          </Button>
        </div>
      )}
    </div>
  )
}

/** When a session started by a token ends, Unix ms. Cloudflare Access renews its own. */
function sessionEndMs(): number | null {
  const session = who.value
  return session?.kind === 'session' && session.expires_at !== null ? Date.parse(session.expires_at) : null
}

/** Opens the dialog without ending the current session: dismissing it keeps the user signed in. */
function signInAnew(): void {
  signInDialog.value = 'first'
}
