import type { ReadonlySignal } from '@preact/signals'
import { t } from '../i18n/text.ts'
import type { ChartProps } from './types.ts'
import { lastOf } from './values.ts'

type LegendProps = Pick<ChartProps, 'curves' | 'content' | 'xLabel' | 'formatX'> & {
  cursor: ReadonlySignal<number | null>
}

/** The curves' names and their values under the cursor, or else their latest. */
export function Legend({ curves, content, cursor, xLabel, formatX }: LegendProps) {
  const { x, curves: values } = content()
  const at = cursor.value
  return (
    <ul class="legend">
      {curves.map(({ label, colour, dash, dashed, isRaw, format }, curve) => {
        const shown = values[curve] ?? []
        const value = at === null ? lastOf(shown) : (shown[at] ?? null)
        return (
          <li key={curve}>
            <span
              class="swatch"
              data-dashed={dashed || dash !== undefined}
              data-raw={isRaw}
              style={{ color: `var(${colour})` }}
              aria-hidden="true"
            />
            {label}
            <strong>{value === null ? '–' : format(value)}</strong>
          </li>
        )
      })}
      <li class="quiet">{at === null ? t('chart.latest') : `${xLabel} ${formatX(x[at] ?? 0)}`}</li>
    </ul>
  )
}
