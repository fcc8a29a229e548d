/**
 * What Cloudflare charges, in US dollars a month on the Workers Paid plan, before tax; from copies of these pages, read
 * on 2026-11-23. Prices change: compare them with the pages before a decision hangs on the bill.
 *
 * - https://developers.cloudflare.com/workers/platform/pricing/
 * - https://developers.cloudflare.com/durable-objects/platform/pricing/
 * - https://developers.cloudflare.com/durable-objects/concepts/durable-object-lifecycle/
 * - https://developers.cloudflare.com/d1/platform/pricing/
 */
export const PRICES_READ_ON = '2026-11-23'

/** The plan itself, which includes the first units of everything below. */
export const PLAN_USD = 5

/** Gigabytes of memory that an object is billed for, however little it uses. */
export const OBJECT_MEMORY_GB = 0.128

/** How one kind of use is billed. */
export type Price = {
  label: string
  /** Units included in the plan. */
  included: number
  /** For so many units beyond, `usd` are charged. */
  units: number
  usd: number
  /** Whether the units beyond are billed in whole lots of `units`, as in the page's examples. */
  wholeLots?: true
}

const MILLION = 1_000_000

/** In the order of the bill. Alarms and RPC calls are requests to an object; setting an alarm is a row written. */
export const prices = {
  workerRequests: { label: 'Worker requests', included: 10 * MILLION, units: MILLION, usd: 0.3 },
  workerCpuMs: { label: 'Worker CPU, ms', included: 30 * MILLION, units: MILLION, usd: 0.02 },
  objectRequests: { label: 'Object requests', included: MILLION, units: MILLION, usd: 0.15, wholeLots: true },
  objectGbS: { label: 'Object duration, GB-s', included: 400_000, units: MILLION, usd: 12.5, wholeLots: true },
  objectRowsRead: { label: 'Object rows read', included: 25_000 * MILLION, units: MILLION, usd: 0.001 },
  objectRowsWritten: { label: 'Object rows written', included: 50 * MILLION, units: MILLION, usd: 1 },
  objectGb: { label: 'Object storage, GB', included: 5, units: 1, usd: 0.2 },
  d1RowsRead: { label: 'D1 rows read', included: 25_000 * MILLION, units: MILLION, usd: 0.001 },
  d1RowsWritten: { label: 'D1 rows written', included: 50 * MILLION, units: MILLION, usd: 1 },
  d1Gb: { label: 'D1 storage, GB', included: 5, units: 1, usd: 0.75 },
} satisfies Record<string, Price>

/** Everything that is billed, in its units. */
export type Usage = Record<keyof typeof prices, number>

/** What so many units cost in a month, in US dollars. */
export function costUsd(price: Price, used: number): number {
  const lots = Math.max(0, used - price.included) / price.units
  return (price.wholeLots ? Math.ceil(lots) : lots) * price.usd
}

/** The whole bill of a month, in US dollars. */
export function billUsd(usage: Partial<Usage>): number {
  const keys = Object.keys(prices) as (keyof Usage)[]
  return keys.reduce((sum, key) => sum + costUsd(prices[key], usage[key] ?? 0), PLAN_USD)
}
