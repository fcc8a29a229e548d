import { Fragment } from 'preact'
import { useRef } from 'preact/hooks'
import type { JobSnapshot } from '../../../client/index.ts'
import { tableRoles } from '../../components/table.tsx'
import { t } from '../../i18n/text.ts'
import { COMPARED_JOBS_MAX } from '../../platform/limits.ts'
import type { JobCommands } from './commands.ts'
import { JobRow, RefusedRow } from './job-row.tsx'
import { useKeptFocus } from './kept-focus.ts'
import { type Order, orderTexts } from './order.ts'

export type JobsTableProps = {
  jobs: readonly JobSnapshot[]
  /** In which order they come. */
  order: Order
  commands: JobCommands
  chosen: readonly string[]
  onChoose: (ids: string[]) => void
  /** Whether newer rows are on their way. */
  busy: boolean
}

/** The jobs, row by row; on narrow screens each row is a card. */
export function JobsTable({ jobs, order, commands, chosen, onChoose, busy }: JobsTableProps) {
  const table = useRef<HTMLTableElement>(null)
  useKeptFocus(table)
  const toggle = (id: string, wanted: boolean) =>
    onChoose(wanted ? [...chosen, id] : chosen.filter((other) => other !== id))
  const refusals = commands.refusals.value
  return (
    <table {...tableRoles.table} ref={table} class="table jobs-table" aria-busy={busy}>
      <caption class="visually-hidden">{t('jobs.list', { order: t(orderTexts[order]) })}</caption>
      <thead {...tableRoles.group}>
        <tr {...tableRoles.row}>
          <th {...tableRoles.columnHeading} scope="col" class="job-choice">
            <span class="visually-hidden">{t('jobs.chooseHead')}</span>
          </th>
          <th {...tableRoles.columnHeading} scope="col">
            {t('jobs.name')}
          </th>
          <th {...tableRoles.columnHeading} scope="col" class="job-state">
            {t('jobs.state')}
          </th>
          <th {...tableRoles.columnHeading} scope="col" class="job-progress">
            {t('jobs.progress')}
          </th>
          <th {...tableRoles.columnHeading} scope="col" class="number job-loss">
            {t('jobs.valLoss')}
          </th>
          <th {...tableRoles.columnHeading} scope="col" class="job-created">
            {t('jobs.created')}
          </th>
          <th {...tableRoles.columnHeading} scope="col" class="job-commands">
            <span class="visually-hidden">{t('jobs.actions')}</span>
          </th>
        </tr>
      </thead>
      <tbody {...tableRoles.group}>
        {jobs.map((job) => {
          const refusal = refusals.get(job.id)
          return (
            <Fragment key={job.id}>
              <JobRow
                job={commands.assumed(job)}
                commands={commands}
                chosen={chosen.includes(job.id)}
                full={chosen.length >= COMPARED_JOBS_MAX}
                onChoose={(wanted) => toggle(job.id, wanted)}
              />
              {refusal && <RefusedRow refusal={refusal} onDismiss={() => commands.dismiss(job.id)} />}
            </Fragment>
          )
        })}
      </tbody>
    </table>
  )
}
