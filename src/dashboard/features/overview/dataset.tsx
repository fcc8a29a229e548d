import type { Stats } from '../../domain/resources.ts'
import { TileShares } from '../../domain/tile-map.tsx'
import { bundeslandName } from '../../i18n/bundesland.ts'
import { formatCount, formatPercent } from '../../i18n/format.ts'
import { t } from '../../i18n/text.ts'

/** The dataset at a glance: its size, by Bundesland. */
export function DatasetGlance({ stats }: { stats: Stats }) {
  const most = Math.max(1, ...Object.values(stats.by_bundesland))
  const countOf = (code: string) => stats.by_bundesland[code] ?? 0
  return (
    <section class="panel" aria-labelledby="dataset-glance">
      <div class="row between">
        <h2 id="dataset-glance">{t('overview.dataset')}</h2>
        <a href="/dataset">{t('overview.toDataset')}</a>
      </div>
      <div class="dataset-glance">
        <TileShares
          label={t('overview.byBundesland')}
          shareOf={(code) => countOf(code) / most}
          textOf={(code) => formatCount(countOf(code))}
          sentenceOf={(code) => `${bundeslandName(code)}: ${t('common.documents', { count: countOf(code) })}`}
        />
        <dl class="facts one">
          <div>
            <dt>{t('overview.documents')}</dt>
            <dd>{formatCount(stats.total_documents)}</dd>
          </div>
          <div>
            <dt>{t('overview.trainingAllowed')}</dt>
            <dd>{allowedShare(stats)}</dd>
          </div>
          <div>
            <dt>{t('overview.chunks')}</dt>
            <dd>{formatCount(stats.total_chunks)}</dd>
          </div>
        </dl>
      </div>
    </section>
  )
}

const allowedShare = ({ total_documents, training_allowed }: Stats): string =>
  total_documents === 0 ? '–' : formatPercent((training_allowed / total_documents) * 100)
