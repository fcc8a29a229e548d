import { useState } from 'preact/hooks'
import { t } from '../i18n/text.ts'
import { CHART_SUMMARY_ROWS } from '../platform/limits.ts'
import { notFiniteIn } from './not-finite.ts'
import type { ChartProps } from './types.ts'

/** Some of a chart's values as a table, evenly over its length, and what is not finite: the text alternative to the curve. */
export function ChartTable(props: ChartProps) {
  const [open, setOpen] = useState(false)
  return (
    <details class="chart-table" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t('common.chartTable')}</summary>
      {open && <Rows {...props} />}
    </details>
  )
}

function Rows({ title, curves, content, xLabel, formatX }: ChartProps) {
  const { x, curves: values } = content()
  const rows = new Set([...indexes(x.length), ...notFiniteIn(curves, values).map(({ first }) => first)])
  return (
    <table class="table">
      <caption class="visually-hidden">{title}</caption>
      <thead>
        <tr>
          <th scope="col">{xLabel}</th>
          {curves.map(({ label }) => (
            <th key={label} scope="col" class="number">
              {label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {[...rows]
          .sort((a, b) => a - b)
          .map((index) => (
            <tr key={index}>
              <th scope="row">{formatX(x[index] ?? 0)}</th>
              {curves.map(({ label, format }, curve) => {
                const value = values[curve]?.[index] ?? null
                return (
                  <td key={label} class="number">
                    {value === null ? '–' : format(value)}
                  </td>
                )
              })}
            </tr>
          ))}
      </tbody>
    </table>
  )
}

/** At most CHART_SUMMARY_ROWS indexes of so many, the first and the last among them. */
function indexes(length: number): number[] {
  const rows = Math.min(length, CHART_SUMMARY_ROWS)
  return Array.from({ length: rows }, (_, row) => (rows === 1 ? 0 : Math.round((row * (length - 1)) / (rows - 1))))
}
