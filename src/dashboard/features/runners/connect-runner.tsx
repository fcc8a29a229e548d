import type { Signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { RunnerRecord } from '../../../client/index.ts'
import { who } from '../../api/session.ts'
import type { MadeToken } from '../../domain/new-token.ts'
import { t } from '../../i18n/text.ts'
import { Arrival } from './arrival.tsx'
import { CommandStep } from './command-step.tsx'
import { TokenStep } from './token-step.tsx'

type ConnectRunnerProps = {
  runners: readonly RunnerRecord[] | null
  /** The token that was made here. It is nowhere else, and gone with the page. */
  made: Signal<MadeToken | null>
}

/** How a runner is connected, in three steps: its token, its command, and that it has come. Linked as #connect. */
export function ConnectRunner({ runners, made }: ConnectRunnerProps) {
  const section = useRef<HTMLElement>(null)
  useEffect(() => {
    if (location.hash === '#connect') section.current?.scrollIntoView()
  }, [])
  const isLocal = who.value?.kind === 'local'
  return (
    <section ref={section} id="connect" class="panel stack connect" aria-labelledby="connect-title">
      <div class="stack-s">
        <h2 id="connect-title">{t('connect.title')}</h2>
        <p class="quiet">{t('connect.needs')}</p>
        {who.value?.kind === 'access' && <p class="quiet">{t('connect.access')}</p>}
      </div>
      <section class="stack-s" aria-labelledby="connect-token">
        <h3 id="connect-token">{t('connect.tokenStep')}</h3>
        <TokenStep made={made} />
      </section>
      <section class="stack-s" aria-labelledby="connect-command">
        <h3 id="connect-command">{t('connect.commandStep')}</h3>
        <CommandStep tokenName={isLocal ? null : (made.value?.name ?? 'runner')} />
      </section>
      <section class="stack-s" aria-labelledby="connect-arrival">
        <h3 id="connect-arrival">{t('connect.arrivalStep')}</h3>
        <Arrival runners={runners} actor={made.value && `token:${made.value.name}`} />
      </section>
    </section>
  )
}
