import { t } from '../../i18n/text.ts'
import type { Run } from './run.ts'

/** How far a batch is, as a train on its rail. */
export function Rail({ done, of, phase }: { done: number; of: number; phase: Run['phase'] }) {
  const at = `${(100 * done) / of}%`
  return (
    <div
      class="ocr-rail"
      data-phase={phase}
      role="progressbar"
      aria-label={t('ocr.progress')}
      aria-valuemin={0}
      aria-valuemax={of}
      aria-valuenow={done}
      aria-valuetext={t('ocr.imagesDone', { done, count: of })}
    >
      <span class="travelled" style={{ inlineSize: at }} />
      <span class="train" style={{ insetInlineStart: at }} />
    </div>
  )
}
