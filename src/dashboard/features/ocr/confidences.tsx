import { formatPercent } from '../../i18n/format.ts'
import { t } from '../../i18n/text.ts'
import { meansOf } from './means.ts'
import type { Result } from './run.ts'

/** Values below this are rare; if there are any, the scale starts at 0. */
const usualMin = 0.5

/** The confidence of each image: a dot, hollow if the text came from the cache. */
export function Confidences({ results, images }: { results: readonly Result[]; images: number }) {
  const min = results.some(({ confidence }) => confidence < usualMin) ? 0 : usualMin
  const heightOf = (confidence: number) => `${(100 * (confidence - min)) / (1 - min)}%`
  const means = meansOf(results)
  return (
    <figure class="confidences">
      <figcaption class="row between small">
        <span class="quiet">{t('ocr.confidences')}</span>
        <span class="row quiet">
          <span class="dot-legend">
            <span class="dot" aria-hidden="true" /> {t('ocr.fresh')}
          </span>
          <span class="dot-legend">
            <span class="dot" data-cached="true" aria-hidden="true" /> {t('ocr.cached')}
          </span>
        </span>
      </figcaption>
      <div class="confidence-plot" aria-hidden="true">
        {[min, (1 + min) / 2, 1].map((level) => (
          <span key={level} class="level small" style={{ insetBlockEnd: heightOf(level) }}>
            <span>{formatPercent(100 * level)}</span>
          </span>
        ))}
        <div class="dots">
          {means && <span class="mean" style={{ insetBlockEnd: heightOf(means.confidence) }} />}
          {results.map(({ image, confidence, from_cache }) => (
            <span
              key={image}
              class="dot"
              data-cached={from_cache}
              style={{ insetInlineStart: `${(100 * (image - 0.5)) / images}%`, insetBlockEnd: heightOf(confidence) }}
              title={`${t('ocr.image', { number: image })}: ${formatPercent(100 * confidence)}`}
            />
          ))}
        </div>
      </div>
    </figure>
  )
}
