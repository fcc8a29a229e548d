import { type Column, Table } from '../../components/table.tsx'
import { formatCount, formatPercent } from '../../i18n/format.ts'
import { t } from '../../i18n/text.ts'
import { formatMs } from './means.ts'
import type { Result } from './run.ts'

/** What was read, the newest first. It grows silently: how far the batch is is told elsewhere. */
export function Results({ results }: { results: readonly Result[] }) {
  const columns: Column<Result>[] = [
    { key: 'image', title: t('ocr.imageColumn'), heading: true, cell: ({ image }) => formatCount(image) },
    { key: 'text', title: t('ocr.text'), cell: ({ text }) => <span class="ocr-text">{text}</span> },
    { key: 'confidence', title: t('ocr.confidence'), cell: ({ confidence }) => <Confidence of={confidence} /> },
    { key: 'time', title: t('ocr.time'), number: true, cell: ({ processing_time_ms: ms }) => formatMs(ms) },
    {
      key: 'cache',
      title: t('ocr.origin'),
      cell: ({ from_cache }) => (
        <span class="dot-legend">
          <span class="dot" data-cached={from_cache} aria-hidden="true" />
          <span class="origin">{from_cache ? t('ocr.known') : t('ocr.read')}</span>
        </span>
      ),
    },
  ]
  return (
    <div class="stack-s ocr-results">
      <h2>{t('ocr.results')}</h2>
      <Table
        caption={t('ocr.results')}
        columns={columns}
        rows={results.toReversed()}
        rowKey={({ image }) => String(image)}
      />
    </div>
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
