import { useEffect, useRef } from 'preact/hooks'
import { Button } from '../../components/button.tsx'
import type { MadeToken } from '../../domain/new-token.ts'
import { TokenField } from '../../domain/token-field.tsx'
import { t } from '../../i18n/text.ts'

/** Shows a token once, until it is dismissed or the page is left. */
export function NewToken({ token: { name, token }, onDone }: { token: MadeToken; onDone: () => void }) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  return (
    <section class="panel stack-s tokens-new" aria-labelledby="new-token">
      <h2 id="new-token" ref={heading} tabIndex={-1}>
        {t('tokens.created', { name })}
      </h2>
      <p>{t('tokens.createdText')}</p>
      <TokenField token={token}>
        <Button look="primary" onClick={onDone}>
          {t('tokens.done')}
        </Button>
      </TokenField>
    </section>
  )
}
