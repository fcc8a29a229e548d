import { lastAnswerMs, reachable } from '../api/reachability.ts'
import { who } from '../api/session.ts'
import { formatTime } from '../i18n/format.ts'
import { t } from '../i18n/text.ts'

/** What concerns the whole page: that everybody may do everything, and that the server does not answer. */
export function Strips() {
  return (
    <>
      {who.value?.kind === 'local' && <p class="strip">{t('common.local')}</p>}
      <div role="status">
        {!reachable.value && (
          <p class="strip warning">{t('common.offline', { time: formatTime(lastAnswerMs.value) })}</p>
        )}
      </div>
    </>
  )
}
