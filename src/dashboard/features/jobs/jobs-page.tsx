import './jobs.css'
import './jobs-table.css'
import './jobs-cards.css'
import { useMemo } from 'preact/hooks'
import { PageHeading } from '../../components/page-heading.tsx'
import { CurlButton } from '../../domain/curl-button.tsx'
import { JobFormLink } from '../../domain/job-form-link.tsx'
import { jobList as de } from '../../i18n/de/job-list.ts'
import { jobList as en } from '../../i18n/en/job-list.ts'
import { addTexts, t } from '../../i18n/text.ts'
import { ColumnsButton } from './columns-button.tsx'
import { createJobCommands } from './commands.ts'
import { CompareBar, useJobNames } from './compare-bar.tsx'
import { Filters } from './filters.tsx'
import { JobList } from './job-list.tsx'
import { choose, readListQuery } from './list-query.ts'
import { requestFor, useJobList } from './use-job-list.ts'

addTexts({ en: { jobList: en }, de: { jobList: de } })

/** The list of jobs: filters, pages, commands, and the choice for comparison. */
export default function JobsPage() {
  const listQuery = readListQuery()
  const list = useJobList(listQuery)
  const commands = useMemo(createJobCommands, [])
  const nameOf = useJobNames(list.shown?.jobs ?? [], listQuery.chosen)
  return (
    <div class="stack">
      <PageHeading title={t('jobs.title')}>
        <CurlButton request={() => requestFor(listQuery)} />
        <JobFormLink look="primary">{t('jobs.create')}</JobFormLink>
      </PageHeading>
      <Filters query={listQuery}>
        <ColumnsButton jobs={list.shown?.jobs ?? []} />
      </Filters>
      <JobList list={list} query={listQuery} commands={commands} />
      <CompareBar chosen={listQuery.chosen} nameOf={nameOf} onChoose={choose} />
    </div>
  )
}
