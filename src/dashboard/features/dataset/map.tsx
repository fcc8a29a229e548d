import { useSignal } from '@preact/signals'
import { type BundeslandCode, bundeslandCodes } from '../../../shared/bundeslaender.ts'
import { Segments } from '../../components/field.tsx'
import type { Stats } from '../../domain/resources.ts'
import { TileShares } from '../../domain/tile-map.tsx'
import { bundeslandName } from '../../i18n/bundesland.ts'
import { formatCount, formatPercent } from '../../i18n/format.ts'
import { t } from '../../i18n/text.ts'
import { readFilter, toggleFilter } from './filter.ts'

/** Whole steps of the legend. */
const legendSteps = [0, 0.25, 0.5, 0.75, 1]

/** The Bundesländer, coloured by their documents or by the share of them that models may be trained on. */
export function BundeslandMap({ stats }: { stats: Stats }) {
  const mode = useSignal<'documents' | 'share'>('documents')
  const hovered = useSignal<BundeslandCode | null>(null)
  const selected = readFilter().bundesland
  const documentsOf = (code: BundeslandCode) => stats.by_bundesland[code] ?? 0
  const allowedOf = (code: BundeslandCode) => stats.training_allowed_by_bundesland[code] ?? 0
  const most = Math.max(1, ...bundeslandCodes.map(documentsOf))
  const byShare = mode.value === 'share'
  const shareOf = (code: BundeslandCode) => allowedOf(code) / Math.max(1, documentsOf(code))

  const sentenceOf = (code: BundeslandCode) => {
    const [land, count] = [bundeslandName(code), documentsOf(code)]
    if (count === 0) return t('dataset.mapNone', { land })
    return t('dataset.mapDetail', {
      land,
      count,
      allowed: allowedOf(code),
      share: formatPercent(100 * shareOf(code)),
    })
  }
  const textOf = (code: BundeslandCode) => {
    if (!byShare) return formatCount(documentsOf(code))
    return documentsOf(code) === 0 ? '–' : formatPercent(100 * shareOf(code))
  }
  const point = ({ target }: Event) => {
    const code = (target as Element).closest('[data-code]')?.getAttribute('data-code') as BundeslandCode | null
    if (code) hovered.value = code
  }
  const detail = hovered.value ?? selected

  return (
    <section class="panel stack-s" aria-labelledby="by-bundesland">
      <div class="row between">
        <h2 id="by-bundesland">{t('dataset.map')}</h2>
        <Segments
          label={t('dataset.mapShows')}
          value={mode.value}
          options={[
            ['documents', t('dataset.byDocuments')],
            ['share', t('dataset.byShare')],
          ]}
          onChange={(value) => {
            mode.value = value
          }}
        />
      </div>
      <div
        class="dataset-map"
        onFocusIn={point}
        onPointerOver={point}
        onPointerLeave={() => {
          hovered.value = null
        }}
        onFocusOut={() => {
          hovered.value = null
        }}
      >
        <TileShares
          label={t('dataset.map')}
          shareOf={(code) => (byShare ? shareOf(code) : documentsOf(code) / most)}
          textOf={textOf}
          sentenceOf={sentenceOf}
          selected={selected}
          onSelect={(code) => toggleFilter('bundesland', code)}
        />
        <Legend
          values={byShare ? legendSteps.map((step) => formatPercent(100 * step)) : countsUpTo(most).map(formatCount)}
        />
      </div>
      <p class="small map-detail" aria-hidden="true">
        {detail === null ? <span class="quiet">{t('dataset.mapHint')}</span> : sentenceOf(detail)}
      </p>
    </section>
  )
}

/** The counts that the legend's steps stand for; fewer steps where the counts are that small. */
const countsUpTo = (most: number): number[] => [...new Set(legendSteps.map((step) => Math.round(step * most)))]

function Legend({ values }: { values: string[] }) {
  return (
    <ol class="map-legend small" aria-label={t('common.legend')}>
      {values.map((value, at) => (
        <li key={value}>
          <span class="swatch" style={{ '--share': at / Math.max(1, values.length - 1) }} aria-hidden="true" />
          {value}
        </li>
      ))}
    </ol>
  )
}
