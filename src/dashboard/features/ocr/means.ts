import { locale } from '../../i18n/locale.ts'
import type { Result } from './run.ts'

/** Means over the finished images; `null` while there are none. */
export type Means = { confidence: number; processingMs: number; cached: number }

export function meansOf(results: readonly Result[]): Means | null {
  if (results.length === 0) return null
  const mean = (of: (result: Result) => number) => results.reduce((sum, result) => sum + of(result), 0) / results.length
  return {
    confidence: mean(({ confidence }) => confidence),
    processingMs: mean(({ processing_time_ms }) => processing_time_ms),
    cached: results.filter(({ from_cache }) => from_cache).length,
  }
}

/** Milliseconds, whole. */
export const formatMs = (ms: number): string =>
  Math.round(ms).toLocaleString(locale.value, { style: 'unit', unit: 'millisecond' })
