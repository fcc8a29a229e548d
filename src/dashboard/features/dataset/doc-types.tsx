import type { Stats } from '../../domain/resources.ts'
import { formatCount, formatPercent } from '../../i18n/format.ts'
import { t } from '../../i18n/text.ts'
import { readFilter, toggleFilter } from './filter.ts'

/** How many documents there are of each type, the most first; a bar filters the list. */
export function DocTypes({ stats }: { stats: Stats }) {
  const types = Object.entries(stats.by_doc_type).sort(([, a], [, b]) => b - a)
  const selected = readFilter().doc_type
  return (
    <section class="panel" aria-labelledby="by-type">
      <h2 id="by-type">{t('dataset.byType')}</h2>
      <ul class="type-bars">
        {types.map(([type, count]) => {
          const percent = (100 * count) / stats.total_documents
          const share = formatPercent(percent)
          return (
            <li key={type}>
              <button type="button" aria-pressed={type === selected} onClick={() => toggleFilter('doc_type', type)}>
                <span class="visually-hidden">{t('dataset.typeDetail', { type, count, share })}</span>
                <span class="type-name" aria-hidden="true">
                  {type}
                </span>
                <span class="number" aria-hidden="true">
                  {formatCount(count)}
                </span>
                <span class="number quiet" aria-hidden="true">
                  {share}
                </span>
                <span class="bar" aria-hidden="true">
                  <span style={{ inlineSize: `${percent}%` }} />
                </span>
              </button>
            </li>
          )
        })}
      </ul>
    </section>
  )
}
