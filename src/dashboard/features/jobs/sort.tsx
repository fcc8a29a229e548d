import { useId } from 'preact/hooks'
import { type JobSort, jobSorts } from '../../../shared/job-sorts.ts'
import type { Heading } from '../../components/table.tsx'
import type { TextKey } from '../../i18n/text.ts'
import { t } from '../../i18n/text.ts'
import { sortBy } from './list-query.ts'

/** The label of each order. */
export const sortTexts = {
  '-created_at': 'jobs.orderNewest',
  created_at: 'jobs.orderOldest',
  name: 'jobs.orderName',
  '-name': 'jobs.orderNameDown',
} as const satisfies Record<JobSort, TextKey>

/** How a column's heading sorts the list: in its usual direction first, then the other way round. */
export function headingSort(sort: JobSort, usual: JobSort, other: JobSort): NonNullable<Heading['sort']> {
  const next = sort === usual ? other : usual
  const direction = (one: JobSort) => (one.startsWith('-') ? 'descending' : 'ascending')
  return {
    direction: sort === usual || sort === other ? direction(sort) : null,
    next: t(sortTexts[next]),
    onSort: () => sortBy(next),
  }
}

/** The same orders to choose from, where the list shows no headings. */
export function SortSelect({ sort }: { sort: JobSort }) {
  const id = useId()
  return (
    <div class="jobs-sort">
      <label htmlFor={id}>{t('jobs.order')}</label>
      <select id={id} class="input" value={sort} onChange={(event) => sortBy(event.currentTarget.value as JobSort)}>
        {jobSorts.map((one) => (
          <option key={one} value={one}>
            {t(sortTexts[one])}
          </option>
        ))}
      </select>
    </div>
  )
}
