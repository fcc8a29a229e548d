import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { Button } from '../../components/button.tsx'
import { announce } from '../../components/toast.tsx'
import { t } from '../../i18n/text.ts'
import type { MadeToken } from './data.ts'

/** Shows a token once, until it is dismissed or the page is left. */
export function NewToken({ token: { name, token }, onDone }: { token: MadeToken; onDone: () => void }) {
  const heading = useRef<HTMLHeadingElement>(null)
  const field = useRef<HTMLInputElement>(null)
  const copyResult = useSignal<'copied' | 'notCopied' | null>(null)
  useEffect(() => heading.current?.focus(), [])
  const copy = async () => {
    const copied = await navigator.clipboard?.writeText(token).then(
      () => true,
      () => false,
    )
    copyResult.value = copied ? 'copied' : 'notCopied'
    announce(t(`tokens.${copyResult.value}`))
    if (!copied) field.current?.select()
  }
  return (
    <section class="panel stack-s tokens-new" aria-labelledby="new-token">
      <h2 id="new-token" ref={heading} tabIndex={-1}>
        {t('tokens.created', { name })}
      </h2>
      <p>{t('tokens.createdText')}</p>
      <div class="tokens-token">
        <input
          ref={field}
          class="input"
          readOnly
          value={token}
          aria-label={t('tokens.token')}
          onFocus={(event) => event.currentTarget.select()}
        />
        <Button onClick={copy}>{t('tokens.copy')}</Button>
        <Button look="primary" onClick={onDone}>
          {t('tokens.done')}
        </Button>
      </div>
      {copyResult.value !== null && <p class="small quiet">{t(`tokens.${copyResult.value}`)}</p>}
    </section>
  )
}
