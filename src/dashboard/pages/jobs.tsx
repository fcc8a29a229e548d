import '../styles/jobs.css'
import '../styles/jobs-table.css'
import '../styles/jobs-cards.css'
import { useMemo } from 'preact/hooks'
import { may } from '../api/session.ts'
import { Button } from '../components/button.tsx'
import { t } from '../i18n/text.ts'
import { PageHeading } from '../shell/page-heading.tsx'
import { createJobCommands } from './jobs/commands.ts'
import { CompareBar } from './jobs/compare-bar.tsx'
import { Filters } from './jobs/filters.tsx'
import { JobList } from './jobs/job-list.tsx'
import { useJobNames } from './jobs/job-names.ts'
import { choose, readListQuery } from './jobs/list-query.ts'
import { useJobList } from './jobs/use-job-list.ts'

/** The jobs: filtered, page by page, steered, and chosen for comparison. */
export default function JobsPage() {
  const listQuery = readListQuery()
  const list = useJobList(listQuery)
  const commands = useMemo(createJobCommands, [])
  const nameOf = useJobNames(list.shown?.jobs ?? [], listQuery.chosen)
  return (
    <div class="stack">
      <PageHeading title={t('jobs.title')}>
        <CreateLink />
      </PageHeading>
      <Filters {...listQuery} />
      <JobList list={list} query={listQuery} commands={commands} />
      <CompareBar chosen={listQuery.chosen} nameOf={nameOf} onChoose={choose} />
    </div>
  )
}

function CreateLink() {
  if (!may('operator')) return <Button needs="operator">{t('jobs.create')}</Button>
  return (
    <a class="button primary" href="/jobs/new">
      {t('jobs.create')}
    </a>
  )
}
