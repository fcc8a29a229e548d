import { Fragment } from 'preact'
import { useRef } from 'preact/hooks'
import type { JobSnapshot } from '../../../client/index.ts'
import type { JobSort } from '../../../shared/job-sorts.ts'
import { CardTable } from '../../components/table.tsx'
import { t } from '../../i18n/text.ts'
import { CHOSEN_JOBS_MAX } from '../../platform/limits.ts'
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
  return (
    <CardTable
      caption={t('jobs.list', { order: t(sortTexts[sort]) })}
      class="jobs-table"
      headings={[
        { title: t('jobs.chooseHead'), class: 'job-choice', hidden: true },
        { title: t('jobs.name'), sort: headingSort(sort, 'name', '-name') },
        { title: t('jobs.state'), class: 'job-state' },
        { title: t('jobs.progress'), class: 'job-progress' },
        { title: t('jobs.valLoss'), class: 'number job-loss' },
        { title: t('jobs.created'), class: 'job-created', sort: headingSort(sort, '-created_at', 'created_at') },
        { title: t('jobs.actions'), class: 'job-commands', hidden: true },
      ]}
      busy={busy}
      element={table}
    >
      {jobs.map((job) => {
        const refusal = refusals.get(job.id)
        return (
          <Fragment key={job.id}>
            <JobRow
              job={commands.assumed(job)}
              commands={commands}
              chosen={chosen.includes(job.id)}
              full={chosen.length >= CHOSEN_JOBS_MAX}
              onChoose={(wanted) => toggle(job.id, wanted)}
            />
            {refusal && <RefusedRow refusal={refusal} onDismiss={() => commands.dismiss(job.id)} />}
          </Fragment>
        )
      })}
    </CardTable>
  )
}
