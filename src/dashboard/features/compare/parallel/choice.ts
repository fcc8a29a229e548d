import { computed } from '@preact/signals'
import type { JobSnapshot } from '../../../../client/index.ts'
import { isBetterLow } from '../../../../shared/metric-names.ts'
import { chosenColumns } from '../../../domain/chosen-columns.ts'
import { columnOf, type JobColumn, namesIn } from '../../../domain/job-columns.ts'
import { differs } from '../../../domain/job-settings.ts'
import { PARALLEL_COLUMNS_USUAL } from '../../../platform/limits.ts'
import { query, setQuery } from '../../../platform/router.ts'
import { settingColumns } from '../setting-columns.ts'

/** The columns of the table and the axes before the result. */
export const tableColumns = chosenColumns('compare-columns')

/** Until somebody chooses others: the first of the parameters and settings in which the jobs differ. */
export const usualColumns = (jobs: readonly JobSnapshot[]): string[] =>
  settingColumns(jobs)
    .filter((column) => differs(column, jobs))
    .map(({ key }) => key)
    .slice(0, PARALLEL_COLUMNS_USUAL)

/** The result that the address names; `null`: none, or none that there could be. */
const named = computed(() => resultIn(query.value.get('result') ?? ''))

const resultIn = (key: string): JobColumn | null => {
  const column = columnOf(key)
  return column?.group === 'metrics' ? column : null
}

export const chooseResult = (key: string) => setQuery({ result: key })

/** What the jobs are judged by: what somebody has chosen, or else the first metric that at least two of them have. */
export function resultOf(jobs: readonly JobSnapshot[]): JobColumn {
  if (named.value !== null) return named.value
  const keys = namesIn(jobs).metrics.flatMap((name) => [`best:${name}`, `latest:${name}`])
  const isKnown = (column: JobColumn) => jobs.filter((job) => column.of(job) !== null).length > 1
  return (
    keys.map(resultIn).find((column) => column !== null && isKnown(column)) ??
    (columnOf('latest:val_loss') as JobColumn)
  )
}

/** Which values of a result are better. */
export function betterOf({ key }: JobColumn): 'higher' | 'lower' {
  const [pick = '', name = ''] = [key.slice(0, key.indexOf(':')), key.slice(key.indexOf(':') + 1)]
  if (pick === 'lowest' || pick === 'highest') return pick === 'lowest' ? 'lower' : 'higher'
  return isBetterLow(name) ? 'lower' : 'higher'
}
