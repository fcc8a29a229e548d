import { explain, type Problem } from '../api/problem.ts'
import { lastAnswerMs, reachable } from '../api/reachability.ts'
import { refreshStale, staleness } from '../api/resource.ts'
import { session, who } from '../api/session.ts'
import { askToSignIn } from '../api/sign-in-again.ts'
import { Button } from '../components/button.tsx'
import { formatTime } from '../i18n/format.ts'
import { t } from '../i18n/text.ts'

/** Notices for the whole page: open access, an unreachable server, or data that may be out of date. */
export function Banners() {
  return (
    <>
      {who.value?.kind === 'local' && <p class="strip">{t('common.local')}</p>}
      <div role="status">{reachable.value ? <Doubts /> : <Offline />}</div>
    </>
  )
}

const Offline = () => <p class="strip warning">{t('common.offline', { time: formatTime(lastAnswerMs.value) })}</p>

/** Shown once, however many requests were refused: they most often share a reason. */
function Doubts() {
  if (session.value.phase === 'unclear')
    return <p class="strip warning">{t('session.unclear', { reason: explain(session.value.problem) })}</p>
  return staleness.value === null ? null : <Stale refusal={staleness.value} />
}

function Stale({ refusal }: { refusal: Problem }) {
  return (
    <p class="strip">
      {t('common.stale', { reason: explain(refusal) })}{' '}
      {refusal.status === 401 ? (
        <Button look="plain" onClick={() => void askToSignIn()}>
          {t('session.signIn')}
        </Button>
      ) : (
        <Button look="plain" onClick={refreshStale}>
          {t('common.retry')}
        </Button>
      )}
    </p>
  )
}
