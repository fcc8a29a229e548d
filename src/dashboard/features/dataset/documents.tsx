import { useRef } from 'preact/hooks'
import { Button } from '../../components/button.tsx'
import { Empty, Loaded } from '../../components/notice.tsx'
import { Pager } from '../../components/table.tsx'
import { t } from '../../i18n/text.ts'
import { query, setQuery } from '../../platform/router.ts'
import { type DocumentPage, useDocuments } from './data.ts'
import { DocumentTable } from './document-table.tsx'
import { changeFilter, noFilter, readFilter } from './filter.ts'
import { Filters } from './filters.tsx'

/** The documents, filtered and page by page. */
export function Documents({ types }: { types: string[] }) {
  const cursor = query.value.get('cursor')
  const page = useDocuments(readFilter(), cursor)
  // The previous page is shown while another one loads.
  const last = useRef<DocumentPage | null>(null)
  if (page.data !== null) last.current = page.data
  const shown = page.refusal === null ? { ...page, data: page.data ?? last.current } : page
  return (
    <section class="stack-s" aria-labelledby="documents">
      <h2 id="documents" tabIndex={-1}>
        {t('dataset.list')}
      </h2>
      <Filters types={types} />
      <div class="stack-s" aria-busy={page.data === null && page.loading}>
        {/* A malformed address matches no documents: a retry is pointless. */}
        {page.refusal?.status === 422 ? (
          <Nothing cursor={cursor} />
        ) : (
          <Loaded of={shown} lines={8}>
            {(shown) => <Page of={shown} cursor={cursor} />}
          </Loaded>
        )}
      </div>
    </section>
  )
}

const turnTo = (cursor: string | null): void => setQuery({ cursor }, { replace: false })

function Page({ of: { documents, next }, cursor }: { of: DocumentPage; cursor: string | null }) {
  const none = documents.length === 0
  return (
    <>
      <p class={none ? 'visually-hidden' : 'small quiet'} role="status">
        {t('dataset.onThisPage', { count: documents.length })}
      </p>
      {none && <Nothing cursor={cursor} />}
      {!none && <DocumentTable documents={documents} />}
      {!none && <Pager cursor={cursor} next={next} onTurn={turnTo} />}
    </>
  )
}

/** An empty page: its documents were deleted, or none matches the filter. */
function Nothing({ cursor }: { cursor: string | null }) {
  if (cursor !== null) {
    return (
      <Empty title={t('dataset.noneHere')}>
        <Button onClick={() => turnTo(null)}>{t('common.newer')}</Button>
      </Empty>
    )
  }
  return (
    <Empty title={t('dataset.noMatch')}>
      <Button onClick={() => changeFilter(noFilter)}>{t('dataset.clearFilter')}</Button>
    </Empty>
  )
}
