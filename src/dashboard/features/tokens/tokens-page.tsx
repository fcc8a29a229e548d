import './tokens.css'
import { useSignal } from '@preact/signals'
import { may, who } from '../../api/session.ts'
import { Empty, Loaded } from '../../components/notice.tsx'
import { PageHeading } from '../../components/page-heading.tsx'
import { Pager } from '../../components/table.tsx'
import type { MadeToken } from '../../domain/new-token.ts'
import { t } from '../../i18n/text.ts'
import { query, setQuery } from '../../platform/router.ts'
import { type TokenPage, useTokens } from './data.ts'
import { NewToken } from './new-token.tsx'
import { TokenForm } from './token-form.tsx'
import { TokenTable } from './token-table.tsx'

/** API tokens: create, list with their last use, revoke. */
export default function TokensPage() {
  return (
    <div class="stack">
      <PageHeading title={t('tokens.title')} />
      {may('admin') && <Tokens />}
      {who.value !== null && !may('admin') && <Empty title={t('tokens.adminsOnly')} />}
    </div>
  )
}

function Tokens() {
  const cursor = query.value.get('cursor')
  const page = useTokens(cursor)
  const newToken = useSignal<MadeToken | null>(null)
  return (
    <>
      <p class="tokens-intro">{t('tokens.intro')}</p>
      {newToken.value === null ? (
        <TokenForm
          onMade={(token) => {
            newToken.value = token
          }}
        />
      ) : (
        <NewToken
          token={newToken.value}
          onDone={() => {
            newToken.value = null
          }}
        />
      )}
      <section class="stack-s" aria-labelledby="tokens">
        <h2 id="tokens" tabIndex={-1}>
          {t('tokens.list')}
        </h2>
        <Loaded of={page} lines={4}>
          {(shown) => <List page={shown} cursor={cursor} />}
        </Loaded>
      </section>
    </>
  )
}

function List({ page: { tokens, next }, cursor }: { page: TokenPage; cursor: string | null }) {
  const pager = <Pager cursor={cursor} next={next} onTurn={(to) => setQuery({ cursor: to }, { replace: false })} />
  if (tokens.length > 0) {
    return (
      <>
        <TokenTable tokens={tokens} />
        {pager}
      </>
    )
  }
  if (cursor !== null) return <Empty title={t('tokens.noneHere')}>{pager}</Empty>
  return (
    <Empty title={t('tokens.none')}>
      <p class="quiet">{t('tokens.noneText')}</p>
    </Empty>
  )
}
