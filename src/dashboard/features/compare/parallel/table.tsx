import { useState } from 'preact/hooks'
import { CardTable, type Heading, tableRoles } from '../../../components/table.tsx'
import { Bundeslaender } from '../../../domain/bundeslaender.tsx'
import type { JobColumn } from '../../../domain/job-columns.ts'
import { StateBadge } from '../../../domain/state-badge.tsx'
import { t } from '../../../i18n/text.ts'
import type { ComparedJob } from '../compared-jobs.ts'
import { type CurveStyle, LineSwatch } from '../curve-styles.tsx'
import { BestMark } from '../result-rows.tsx'
import { bestOf } from '../results.ts'
import { type Order, sorted } from './order.ts'

type TableProps = {
  jobs: readonly ComparedJob[]
  labels: ReadonlyMap<string, string>
  /** The last one is the result. */
  columns: readonly JobColumn[]
  better: 'higher' | 'lower'
  styleOf: (id: string) => CurveStyle
}

/** The jobs with the chosen columns, a row each; sorted by any of them. The plot as text. */
export function ChosenTable({ jobs, labels, columns, better, styleOf }: TableProps) {
  const [order, setOrder] = useState<Order | null>(null)
  const result = columns.at(-1)
  const winners = bestOf(
    jobs.map(({ job }) => numberOf(result?.of(job) ?? null)),
    better,
  )
  const best = new Set(jobs.filter((_, at) => winners.has(at)).map(({ id }) => id))
  const caption = t('parallel.table')
  const headings = [
    { title: t('parallel.job'), class: 'chosen-job' },
    ...columns.map((column): Heading => {
      const isSorted = order?.key === column.key
      const next = isSorted && !order.isDescending ? 'descending' : 'ascending'
      return {
        title: column.title,
        ...(column.isNumber ? { class: 'number' } : {}),
        sort: {
          direction: isSorted ? (order.isDescending ? 'descending' : 'ascending') : null,
          next: t(`parallel.${next}`, { name: column.title }),
          onSort: () => setOrder({ key: column.key, isDescending: next === 'descending' }),
        },
      }
    }),
  ]
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section class="table-scroll" aria-label={caption} tabIndex={0}>
        <CardTable caption={caption} class="chosen-table" headings={headings}>
          {sorted(jobs, columns, order).map(({ id, job }) => (
            <tr key={id} {...tableRoles.row}>
              <th {...tableRoles.rowHeading} scope="row" class="chosen-job">
                <LineSwatch curveStyle={styleOf(id)} />
                <a href={`/jobs/${id}`}>{labels.get(id) ?? id}</a> <StateBadge status={job.status} />
              </th>
              {columns.map((column) => {
                const value = column.text(job)
                const isBest = column === result && best.has(id)
                return (
                  <td
                    key={column.key}
                    {...tableRoles.cell}
                    class={column.isNumber ? 'number' : undefined}
                    data-best={isBest}
                  >
                    {typeof value === 'string' ? (
                      <span class="chosen-value" title={column.isNumber ? undefined : value}>
                        {value}
                      </span>
                    ) : (
                      <Bundeslaender codes={value} />
                    )}
                    {isBest && (
                      <>
                        <BestMark />
                        <span class="visually-hidden">{t('compare.best')}</span>
                      </>
                    )}
                  </td>
                )
              })}
            </tr>
          ))}
        </CardTable>
      </section>
      <p class="best-legend quiet small">
        <BestMark /> {t('compare.best')}
      </p>
    </>
  )
}

const numberOf = (value: ReturnType<JobColumn['of']>): number | null => (typeof value === 'number' ? value : null)
