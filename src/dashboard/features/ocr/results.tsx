import { tableRoles } from '../../components/table.tsx'
import { formatCount, formatPercent } from '../../i18n/format.ts'
import { t } from '../../i18n/text.ts'
import { formatMs } from './means.ts'
import type { Result } from './run.ts'

/**
 * What was read, the newest first; on narrow screens each row is a card. It grows silently: how far the batch is is told
 * elsewhere.
 */
export function Results({ results }: { results: readonly Result[] }) {
  return (
    <div class="stack-s">
      <h2>{t('ocr.results')}</h2>
      <table {...tableRoles.table} class="table ocr-results">
        <caption class="visually-hidden">{t('ocr.results')}</caption>
        <thead {...tableRoles.group}>
          <tr {...tableRoles.row}>
            <th {...tableRoles.columnHeading} scope="col">
              {t('ocr.imageColumn')}
            </th>
            <th {...tableRoles.columnHeading} scope="col">
              {t('ocr.text')}
            </th>
            <th {...tableRoles.columnHeading} scope="col">
              {t('ocr.confidence')}
            </th>
            <th {...tableRoles.columnHeading} scope="col" class="number">
              {t('ocr.time')}
            </th>
            <th {...tableRoles.columnHeading} scope="col">
              {t('ocr.origin')}
            </th>
          </tr>
        </thead>
        <tbody {...tableRoles.group}>
          {results.toReversed().map((result) => (
            <Row key={result.image} result={result} />
          ))}
        </tbody>
      </table>
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
          {from_cache ? t('ocr.known') : t('ocr.read')}
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
