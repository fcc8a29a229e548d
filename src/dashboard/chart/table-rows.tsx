import { CHART_SUMMARY_ROWS } from '../platform/limits.ts'
import { notFiniteIn } from './not-finite.ts'
import type { ChartProps } from './types.ts'

/** The rows of a chart's table, whose script is loaded when somebody opens it. */
export function Rows({ title, curves, content, xLabel, formatX }: ChartProps) {
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
              {curves.map(({ format }, curve) => {
                const value = values[curve]?.[index] ?? null
                return (
                  <td key={curve} class="number">
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
