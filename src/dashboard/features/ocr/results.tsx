import { CardTable, tableRoles } from '../../components/table.tsx'
import { formatCount, formatPercent } from '../../i18n/format.ts'
import { t } from '../../i18n/text.ts'
import { formatMs } from './means.ts'
import type { Result } from './run.ts'

/** The results, newest first; on narrow screens each row is a card. Not announced: the progress is. */
export function Results({ results }: { results: readonly Result[] }) {
  return (
    <div class="stack-s">
      <h2>{t('ocr.results')}</h2>
      <CardTable
        caption={t('ocr.results')}
        class="ocr-results"
        headings={[
          { title: t('ocr.imageColumn') },
          { title: t('ocr.text') },
          { title: t('ocr.confidence') },
          { title: t('ocr.time'), class: 'number' },
          { title: t('ocr.origin') },
        ]}
      >
        {results.toReversed().map((result) => (
          <Row key={result.image} result={result} />
        ))}
      </CardTable>
    </div>
  )
}

function Row({ result: { image, text, confidence, processing_time_ms, from_cache } }: { result: Result }) {
  return (
    <tr {...tableRoles.row}>
      <th {...tableRoles.rowHeading} scope="row" class="ocr-image">
        <span class="unit">{t('ocr.imageColumn')} </span>
        {formatCount(image)}
      </th>
      <td {...tableRoles.cell} class="ocr-text">
        {text}
      </td>
      <td {...tableRoles.cell} class="ocr-confidence">
        <Confidence of={confidence} />
      </td>
      <td {...tableRoles.cell} class="number ocr-time">
        {formatMs(processing_time_ms)}
      </td>
      <td {...tableRoles.cell} class="ocr-origin">
        <span class="dot-legend">
          <span class="dot" data-cached={from_cache} aria-hidden="true" />
          {from_cache ? t('ocr.cached') : t('ocr.fresh')}
        </span>
      </td>
    </tr>
  )
}

function Confidence({ of }: { of: number }) {
  return (
    <span class="confidence">
      <span class="number">{formatPercent(100 * of)}</span>
      <span class="bar" aria-hidden="true">
        <span style={{ inlineSize: `${100 * of}%` }} />
      </span>
    </span>
  )
}
