import { Button } from '../../components/button.tsx'
import { AsOf, Empty, Refused, Skeleton } from '../../components/notice.tsx'
import { Pager } from '../../components/table.tsx'
import { JobFormLink } from '../../domain/job-form-link.tsx'
import { t } from '../../i18n/text.ts'
import { JOBS_PAGE } from '../../platform/limits.ts'
import type { JobCommands } from './commands.ts'
import { JobsTable } from './jobs-table.tsx'
import { choose, isFiltered, type ListQuery, resetFilter, turnTo } from './list-query.ts'
import type { JobList as List } from './use-job-list.ts'

type JobListProps = { list: List; query: ListQuery; commands: JobCommands }

/** A page of jobs: loading, refused, empty, or the table. */
export function JobList({ list: { resource, shown, outdated }, query, commands }: JobListProps) {
  const { refusal } = resource
  if (shown === null && refusal !== null) {
    if (refusal.status === 422 && query.cursor !== null) return <FirstPage title={t('jobs.badCursor')} />
    if (refusal.status === 422 && isFiltered(query)) return <NoMatch title={t('jobs.filterInvalid')} />
    return <Refused refusal={refusal} onRetry={resource.refresh} />
  }
  if (shown === null) return <Skeleton lines={8} />
  if (shown.jobs.length === 0) return <NoJobs query={query} next={shown.next} />
  return (
    <div class="stack-s">
      <AsOf of={resource} />
      <JobsTable
        jobs={shown.jobs}
        sort={query.sort}
        commands={commands}
        chosen={query.chosen}
        onChoose={choose}
        busy={outdated}
      />
      {shown.next !== null && shown.jobs.length < JOBS_PAGE && <p class="quiet small">{t('jobs.shortPage')}</p>}
      <Pager cursor={query.cursor} next={shown.next} onTurn={turnTo} />
    </div>
  )
}

function NoJobs({ query, next }: { query: ListQuery; next: string | null }) {
  if (next !== null) {
    return (
      <Empty title={t('jobs.noneYet')}>
        <p>{t('jobs.noneYetText')}</p>
        <Button look="primary" onClick={() => turnTo(next)}>
          {t('jobs.searchOn')}
        </Button>
      </Empty>
    )
  }
  if (query.cursor !== null) return <FirstPage title={t('jobs.noneHere')} />
  if (isFiltered(query)) return <NoMatch title={t('jobs.noneMatch')} />
  return (
    <Empty title={t('jobs.none')}>
      <p>{t('jobs.noneText')}</p>
      <JobFormLink>{t('jobs.create')}</JobFormLink>
    </Empty>
  )
}

function NoMatch({ title }: { title: string }) {
  return (
    <Empty title={title}>
      <Button onClick={resetFilter}>{t('jobs.resetFilter')}</Button>
    </Empty>
  )
}

function FirstPage({ title }: { title: string }) {
  return (
    <Empty title={title}>
      <Button onClick={() => turnTo(null)}>{t('jobs.toFirst')}</Button>
    </Empty>
  )
}
