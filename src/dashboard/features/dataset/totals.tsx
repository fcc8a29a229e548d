import type { Stats } from '../../domain/resources.ts'
import { formatCount, formatPercent } from '../../i18n/format.ts'
import { t } from '../../i18n/text.ts'

/** The dataset in five figures. */
export function Totals({ stats }: { stats: Stats }) {
  const { total_documents: documents, training_allowed: allowed, total_chunks: chunks } = stats
  return (
    <section class="panel" aria-label={t('dataset.totals')}>
      <dl class="facts dataset-totals">
        <Fact name={t('dataset.documents')}>{formatCount(documents)}</Fact>
        <Fact name={t('dataset.allowed')}>
          {formatCount(allowed)}{' '}
          <span class="quiet">{documents > 0 && formatPercent((100 * allowed) / documents)}</span>
        </Fact>
        <Fact name={t('dataset.chunks')}>{formatCount(chunks)}</Fact>
        <Fact name={t('dataset.laender')}>
          {t('dataset.laenderOf', { count: Object.keys(stats.by_bundesland).length })}
        </Fact>
        <Fact name={t('dataset.types')}>{formatCount(Object.keys(stats.by_doc_type).length)}</Fact>
      </dl>
    </section>
  )
}

function Fact({ name, children }: { name: string; children: preact.ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
