import type { JobColumn } from '../../../domain/job-columns.ts'
import type { ComparedJob } from '../compared-jobs.ts'
import { numberIn } from './axes.ts'

/** By which column a table is sorted. */
export type Order = { key: string; isDescending: boolean }

/** The jobs in an order: numbers by size, others as texts; those without a value, or whose value is NaN, at the end. */
export function sorted(
  jobs: readonly ComparedJob[],
  columns: readonly JobColumn[],
  order: Order | null,
): readonly ComparedJob[] {
  const column = columns.find(({ key }) => key === order?.key)
  if (column === undefined || order === null) return jobs
  const isMissing = (value: ReturnType<JobColumn['of']>) => value === null || Number.isNaN(value)
  const direction = order.isDescending ? -1 : 1
  return jobs.toSorted(({ job: one }, { job: other }) => {
    const [a, b] = [column.of(one), column.of(other)]
    if (isMissing(a) || isMissing(b)) return Number(isMissing(a)) - Number(isMissing(b))
    const [x, y] = [numberIn(a), numberIn(b)]
    if (x !== null && y !== null) return direction * (x === y ? 0 : x - y)
    return direction * String(a).localeCompare(String(b), undefined, { numeric: true })
  })
}
