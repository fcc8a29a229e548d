import type { ComponentChildren } from 'preact'
import { useNow } from '../../components/use-now.ts'
import { formatClock, formatPercent } from '../../i18n/format.ts'
import { t } from '../../i18n/text.ts'
import { formatMs, meansOf } from './means.ts'
import type { Run } from './run.ts'

const unknown = '–'

/** The numbers of the batch: its time, and the means of its images. */
export function Metrics({ of: { phase, elapsedMs, remainingMs, atMs, results } }: { of: Run }) {
  const running = phase === 'running'
  const now = useNow(running)
  const sinceMs = running ? Math.max(0, now - atMs) : 0
  const means = meansOf(results)
  return (
    <dl class="facts ocr-metrics">
      <Metric name={t('ocr.elapsed')}>{formatClock(elapsedMs + sinceMs)}</Metric>
      <Metric name={t('ocr.remaining')}>
        {remainingMs === null ? unknown : formatClock(Math.max(0, remainingMs - sinceMs))}
      </Metric>
      <Metric name={t('ocr.meanConfidence')}>
        {means === null ? unknown : formatPercent(100 * means.confidence, 1)}
      </Metric>
      <Metric name={t('ocr.meanTime')}>{means === null ? unknown : formatMs(means.processingMs)}</Metric>
      <Metric name={t('ocr.fromCache')}>
        {means === null ? unknown : t('ocr.cachedOf', { cached: means.cached, count: results.length })}
      </Metric>
    </dl>
  )
}

function Metric({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
