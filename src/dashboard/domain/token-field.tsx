import '../styles/token-field.css'
import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useRef } from 'preact/hooks'
import { Button } from '../components/button.tsx'
import { copyText } from '../components/copy.tsx'
import { announce } from '../components/toast.tsx'
import { t } from '../i18n/text.ts'

/** A token to be copied, by hand where the browser does not allow it; `children` are further buttons. */
export function TokenField({ token, children }: { token: string; children?: ComponentChildren }) {
  const field = useRef<HTMLInputElement>(null)
  const result = useSignal<'copied' | 'notCopied' | null>(null)
  const copy = async () => {
    result.value = (await copyText(token)) ? 'copied' : 'notCopied'
    announce(t(`tokens.${result.value}`))
    if (result.value === 'notCopied') field.current?.select()
  }
  return (
    <>
      <div class="token-field">
        <input
          ref={field}
          class="input"
          readOnly
          value={token}
          aria-label={t('tokens.token')}
          onFocus={(event) => event.currentTarget.select()}
        />
        <Button onClick={copy}>{t('tokens.copy')}</Button>
        {children}
      </div>
      {result.value !== null && <p class="small quiet">{t(`tokens.${result.value}`)}</p>}
    </>
  )
}
