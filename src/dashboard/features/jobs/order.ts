import type { JobSnapshot } from '../../../client/index.ts'
import { jobStatuses } from '../../../shared/job-status.ts'
import { locale } from '../../i18n/locale.ts'
import type { TextKey } from '../../i18n/text.ts'

/** The API lists the newest first; other orders sort the current page. */
export const pageOrders = ['oldest', 'name', 'status', 'progress', 'loss'] as const
export type Order = 'newest' | (typeof pageOrders)[number]

/** The label of an order. */
export const orderTexts = {
  newest: 'jobs.orderNewest',
  oldest: 'jobs.orderOldest',
  name: 'jobs.orderName',
  status: 'jobs.orderStatus',
  progress: 'jobs.orderProgress',
  loss: 'jobs.orderLoss',
} as const satisfies Record<Order, TextKey>

export const isOrder = (text: string | null): text is Order =>
  text === 'newest' || (pageOrders as readonly (string | null)[]).includes(text)

type Compare = (a: JobSnapshot, b: JobSnapshot) => number

const comparisons: Record<Exclude<Order, 'newest' | 'oldest'>, Compare> = {
  name: (a, b) => a.name.localeCompare(b.name, locale.value, { numeric: true }),
  status: (a, b) => jobStatuses.indexOf(a.status) - jobStatuses.indexOf(b.status),
  progress: (a, b) => b.progress - a.progress,
  loss: (a, b) => a.val_loss - b.val_loss,
}

/** The jobs of a page, which come newest first, in another order. Equals stay newest first. */
export function inOrder(jobs: readonly JobSnapshot[], order: Order): JobSnapshot[] {
  if (order === 'newest') return [...jobs]
  if (order === 'oldest') return jobs.toReversed()
  return jobs.toSorted(comparisons[order])
}
