import type { ReadonlySignal } from '@preact/signals'
import type { ChartProps } from './types.ts'

type LegendProps = Pick<ChartProps, 'curves' | 'content' | 'xLabel' | 'formatX'> & {
  cursor: ReadonlySignal<number | null>
}

/** The curves' names and their values under the cursor, or else their last. */
export function Legend({ curves, content, cursor, xLabel, formatX }: LegendProps) {
  const { x, curves: values } = content()
  const at = cursor.value
  const index = at ?? x.length - 1
  return (
    <ul class="legend">
      {curves.map(({ label, colour, dashed, format }, curve) => {
        const value = values[curve]?.[index] ?? null
        return (
          <li key={label}>
            <span class="swatch" data-dashed={dashed} style={{ color: `var(${colour})` }} aria-hidden="true" />
            {label}
            <strong>{value === null ? '–' : format(value)}</strong>
          </li>
        )
      })}
      <li class="quiet">
        {xLabel} <span class="legend-x">{x.length === 0 ? '–' : formatX(x[index] ?? 0)}</span>
      </li>
    </ul>
  )
}
