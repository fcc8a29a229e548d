import type { ComponentChildren } from 'preact'
import { who } from '../api/session.ts'
import { CopyButton } from '../components/copy.tsx'
import { t } from '../i18n/text.ts'
import { type CurlRequest, curlOf } from '../platform/curl.ts'

/** Whether requests need a credential: not while everyone on this machine may do everything. */
export const needsToken = (): boolean => who.value?.kind !== 'local'

type CurlButtonProps = {
  request: () => CurlRequest
  children?: ComponentChildren
  /** Why there is no such request now. */
  unavailable?: string | null
}

/** Copies a request of this page as a curl command, without its credential. */
export function CurlButton({ request, children, unavailable = null }: CurlButtonProps) {
  const done = t(needsToken() ? 'copy.curlCopiedToken' : 'copy.curlCopied')
  return (
    <CopyButton text={() => curlOf(request(), needsToken())} done={done} unavailable={unavailable}>
      {children ?? t('copy.curl')}
    </CopyButton>
  )
}
