import { useState } from 'preact/hooks'
import { useScript } from '../components/use-script.ts'
import { t } from '../i18n/text.ts'
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

function Rows(props: ChartProps) {
  const { script } = useScript(() => import('./table-rows.tsx'))
  return script && <script.Rows {...props} />
}
