import { Fragment } from 'preact'
import { useRef } from 'preact/hooks'
import type { JobSnapshot } from '../../../client/index.ts'
import type { JobSort } from '../../../shared/job-sorts.ts'
import { CardTable, type Heading } from '../../components/table.tsx'
import { columnOf, type JobColumn } from '../../domain/job-columns.ts'
import { t } from '../../i18n/text.ts'
import { CHOSEN_JOBS_MAX } from '../../platform/limits.ts'
import { listColumns } from './columns.ts'
import type { JobCommands } from './commands.ts'
import { JobRow, RefusedRow } from './job-row.tsx'
import { useKeptFocus } from './kept-focus.ts'
import { headingSort, sortTexts } from './sort.tsx'

export type JobsTableProps = {
  jobs: readonly JobSnapshot[]
  sort: JobSort
  commands: JobCommands
  chosen: readonly string[]
  onChoose: (ids: string[]) => void
  /** Whether newer rows are on their way. */
  busy: boolean
}

/** The jobs, row by row; on narrow screens each row is a card. */
export function JobsTable({ jobs, sort, commands, chosen, onChoose, busy }: JobsTableProps) {
  const table = useRef<HTMLTableElement>(null)
  useKeptFocus(table)
  const toggle = (id: string, wanted: boolean) =>
    onChoose(wanted ? [...chosen, id] : chosen.filter((other) => other !== id))
  const refusals = commands.refusals.value
  const columns = listColumns.keys.value.map(columnOf).filter((column): column is JobColumn => column !== null)
  const caption = t('jobs.list', { order: t(sortTexts[sort]) })
  const headings: Heading[] = [
    { title: t('jobs.chooseHead'), class: 'job-choice', hidden: true },
    { title: t('jobs.name'), class: 'job-name', sort: headingSort(sort, 'name', '-name') },
    { title: t('jobs.state'), class: 'job-state' },
    { title: t('jobs.progress'), class: 'job-progress' },
    ...columns.map(({ title, isNumber }) => ({ title, class: isNumber ? 'number job-column' : 'job-column' })),
    { title: t('jobs.created'), class: 'job-created', sort: headingSort(sort, '-created_at', 'created_at') },
    { title: t('jobs.actions'), class: 'job-commands', hidden: true },
  ]
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section class="table-scroll jobs-scroll" aria-label={caption} tabIndex={0} style={{ '--columns': columns.length }}>
      <CardTable caption={caption} class="jobs-table" headings={headings} busy={busy} element={table}>
        {jobs.map((job) => {
          const refusal = refusals.get(job.id)
          return (
            <Fragment key={job.id}>
              <JobRow
                job={commands.assumed(job)}
                columns={columns}
                commands={commands}
                chosen={chosen.includes(job.id)}
                full={chosen.length >= CHOSEN_JOBS_MAX}
                onChoose={(wanted) => toggle(job.id, wanted)}
              />
              {refusal && (
                <RefusedRow refusal={refusal} columns={headings.length} onDismiss={() => commands.dismiss(job.id)} />
              )}
            </Fragment>
          )
        })}
      </CardTable>
    </section>
  )
}
