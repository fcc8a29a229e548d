import { reportedNames } from '../../shared/metric-names.ts'
import { type MetricValue, metricValueOf, numberOf } from '../../shared/metric-value.ts'
import { pointShown } from './describe.ts'
import type { History, HistoryPoint } from './shown.ts'
import type { Metrics, Point, Range, View } from './types.ts'

/** The points of a curve in a range of steps, downsampled. */
export function historyOf({ curve, summary }: View, range: Range): History {
  const reported = range.includesSuperseded ? [...curve.names] : Object.keys(summary.metrics)
  const metrics = range.metrics.flatMap((name) => reportedNames(name, reported))
  const { bucketSteps, points: thinned } = curve.thin({ ...range, metrics: [...new Set(metrics)] })
  const points = range.isNarrow ? thinned.map((point) => ({ ...point, metrics: only(metrics, point) })) : thinned
  return {
    resolution: { method: bucketSteps === 1 ? 'full' : 'min-max', bucket_steps: bucketSteps },
    points: points.map((point) => withAsked(pointShown(point), point, range.metrics)),
  }
}

/** The values of some metrics at a point. */
const only = (names: readonly string[], { metrics }: Point): Metrics =>
  Object.fromEntries(
    names.filter((name) => Object.hasOwn(metrics, name)).map((name) => [name, metrics[name] ?? Number.NaN]),
  )

/** A point that also has by its own name what is asked for by it, and a field shows. */
function withAsked(shown: HistoryPoint, { metrics }: Point, asked: readonly string[]): HistoryPoint {
  const names = others(asked).filter((name) => Object.hasOwn(metrics, name))
  if (names.length === 0) return shown
  const values = names.map((name) => [name, metricValueOf(metrics[name] ?? Number.NaN)] as const)
  return { ...shown, metrics: { ...shown.metrics, ...Object.fromEntries(values) } }
}

const columns = ['epoch', 'step', 'loss', 'val_loss', 'learning_rate', 'timestamp', 'accuracy'] as const

/** The metrics that have no column of every CSV. */
const others = (metrics: readonly string[]): string[] =>
  metrics.filter((name) => !(columns as readonly string[]).includes(name))

/** Whose spreadsheets a CSV is for. German ones separate cells by semicolons, since a comma stands in their numbers. */
export const csvLocales = ['en', 'de'] as const
export type CsvLocale = (typeof csvLocales)[number]

/**
 * The points as CSV with a header line: by RFC 4180, or as a German spreadsheet opens it, which needs a byte order mark,
 * too. All values are numbers, empty where there is none, or the names of those that are not finite.
 *
 * @param metrics those asked for: each has a column, after the fields of every point
 */
export function csvOf(
  points: readonly HistoryPoint[],
  locale: CsvLocale = 'en',
  metrics: readonly string[] = [],
): string {
  const [mark, separator, decimal] = locale === 'de' ? ['\ufeff', ';', ','] : ['', ',', '.']
  const names = others(metrics)
  const lines = points.map((point) => {
    const values = [...columns.map((column) => point[column]), ...names.map((name) => metricIn(point, name))]
    return values.map((value) => plain(value).replace('.', decimal)).join(separator)
  })
  return mark + [[...columns, ...names.map(cellOf)].join(separator), ...lines, ''].join('\r\n')
}

/** The value of a metric without a field, by its name or by another that it is reported under. */
function metricIn({ metrics = {} }: HistoryPoint, name: string): MetricValue | null {
  const own = Object.hasOwn(metrics, name) ? name : reportedNames(name, Object.keys(metrics))[0]
  return own === undefined ? null : (metrics[own] ?? null)
}

/** A name as a cell: quoted if it has to be, and never a formula: the training script chooses it. */
const cellOf = (name: string): string => {
  const text = /^[=+\-@\t\r]/.test(name) ? `'${name}` : name
  return /[",;\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** A number as people write it: what is more precise than 12 digits is an error of floating point. */
function plain(value: MetricValue | null): string {
  const number = numberOf(value)
  if (number === null) return ''
  return Number.isInteger(number) ? String(number) : String(Number(number.toPrecision(12)))
}
