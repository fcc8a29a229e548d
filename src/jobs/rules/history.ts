import { type MetricValue, numberOf } from '../../shared/metric-value.ts'
import { pointShown } from './describe.ts'
import { reportedNames } from './metric-names.ts'
import type { History, HistoryPoint } from './shown.ts'
import type { Range, View } from './types.ts'

/** The points of a curve in a range of steps, downsampled. */
export function historyOf({ curve, summary }: View, range: Range): History {
  const reported = range.includesSuperseded ? [...curve.names] : Object.keys(summary.metrics)
  const metrics = range.metrics.flatMap((name) => reportedNames(name, reported))
  const { bucketSteps, points } = curve.thin({ ...range, metrics: [...new Set(metrics)] })
  return {
    resolution: { method: bucketSteps === 1 ? 'full' : 'min-max', bucket_steps: bucketSteps },
    points: points.map(pointShown),
  }
}

const columns = ['epoch', 'step', 'loss', 'val_loss', 'learning_rate', 'timestamp', 'accuracy'] as const

/** Whose spreadsheets a CSV is for. German ones separate cells by semicolons, since a comma stands in their numbers. */
export const csvLocales = ['en', 'de'] as const
export type CsvLocale = (typeof csvLocales)[number]

/**
 * The points as CSV with a header line: by RFC 4180, or as a German spreadsheet opens it, which needs a byte order mark,
 * too. All values are numbers, empty where there is none, or the names of those that are not finite, so nothing needs
 * quoting.
 */
export function csvOf(points: readonly HistoryPoint[], locale: CsvLocale = 'en'): string {
  const [mark, separator, decimal] = locale === 'de' ? ['\ufeff', ';', ','] : ['', ',', '.']
  const lines = points.map((point) =>
    columns.map((column) => plain(point[column]).replace('.', decimal)).join(separator),
  )
  return mark + [columns.join(separator), ...lines, ''].join('\r\n')
}

/** A number as people write it: what is more precise than 12 digits is an error of floating point. */
function plain(value: MetricValue | null): string {
  const number = numberOf(value)
  if (number === null) return ''
  return Number.isInteger(number) ? String(number) : String(Number(number.toPrecision(12)))
}
