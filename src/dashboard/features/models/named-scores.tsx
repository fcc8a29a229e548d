import type { ModelVersion } from '../../../client/index.ts'
import { type MetricValue, numberOf } from '../../../shared/metric-value.ts'
import { Skeleton } from '../../components/notice.tsx'
import { type Column, Table } from '../../components/table.tsx'
import { typeName } from '../../domain/type-name.ts'
import { formatNumber, noValue } from '../../i18n/format.ts'
import { t } from '../../i18n/text.ts'
import { type Origin, useOrigin } from './resources.ts'

type Scores = Extract<Origin, { deleted: false }>['summary']

/** What the machine was doing is no score of a model. */
const isScore = (name: string): boolean => !name.startsWith('system/')

/** Every metric that the job of a version has reported, by its name; beside it that of the active version. */
export function NamedScores({ version, active }: { version: ModelVersion; active: ModelVersion | null }) {
  const origin = useOrigin(version.job_id).data
  const other = useOrigin((active ?? version).job_id).data
  if (origin === null) return <Skeleton lines={2} />
  if (origin.deleted) return <p class="quiet">{t('version.scoresGone')}</p>
  const { summary } = origin
  const names = Object.keys(summary).filter(isScore)
  if (names.length === 0) return <p class="quiet">{t('version.noScores')}</p>
  const valueIn = (scores: Scores, name: string, which: 'latest' | 'best') =>
    Object.hasOwn(scores, name) ? shown(scores[name]?.[which] ?? null) : noValue
  const compared = active === null || active.id === version.id || other === null || other.deleted ? null : other.summary
  const columns: Column<string>[] = [
    { key: 'name', title: t('version.metric'), heading: true, cell: (name) => name },
    { key: 'latest', title: t('version.latest'), number: true, cell: (name) => valueIn(summary, name, 'latest') },
    { key: 'best', title: t('version.best'), number: true, cell: (name) => valueIn(summary, name, 'best') },
  ]
  if (compared !== null && active !== null) {
    const title = t('version.latestOf', { version: active.version })
    columns.push({ key: 'active', title, number: true, cell: (name) => valueIn(compared, name, 'latest') })
  }
  // Unique: the details of several versions may be open.
  const caption = t('version.scoresOf', { type: typeName(version.model_type), version: version.version })
  return <Table caption={caption} columns={columns} rows={names.sort()} rowKey={(name) => name} />
}

/** With as many digits as say something: a metric may be of any size. */
function shown(value: MetricValue | null): string {
  const number = numberOf(value)
  if (number === null || !Number.isFinite(number) || number === 0) return formatNumber(number)
  return formatNumber(Number(number.toPrecision(5)))
}
