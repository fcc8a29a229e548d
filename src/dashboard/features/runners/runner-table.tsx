import type { RunnerRecord } from '../../../client/index.ts'
import { CardTable, tableRoles } from '../../components/table.tsx'
import { actorNamed } from '../../domain/actor.ts'
import { RunnerBadge } from '../../domain/runner-badge.tsx'
import type { Standing } from '../../domain/runner-standing.ts'
import { formatDateTime, noValue } from '../../i18n/format.ts'
import { keyIfAny, t } from '../../i18n/text.ts'

export type Listed = { runner: RunnerRecord; standing: Standing }

/** Runners, row by row; on narrow screens each row is a card. */
export function RunnerTable({ caption, listed }: { caption: string; listed: readonly Listed[] }) {
  const columns = ['runner', 'status', 'job', 'since', 'heard', 'token'] as const
  return (
    <CardTable
      caption={caption}
      class="runner-table"
      headings={columns.map((column) => ({ title: t(`runners.${column}`) }))}
    >
      {listed.map((one) => (
        <Row key={`${one.runner.actor} ${one.runner.name}`} {...one} />
      ))}
    </CardTable>
  )
}

function Row({ runner, standing }: Listed) {
  const { name, version, labels, actor } = runner
  const facts = [
    [t('runners.status'), <RunnerBadge key="status" doing={standing.doing} />],
    [t('runners.job'), <JobOf key="job" runner={runner} standing={standing} />],
    [t('runners.since'), formatDateTime(standing.since)],
    [t('runners.heard'), heardText(runner, standing)],
    [t('runners.token'), actorNamed(actor)?.replace(/^token:/, '') ?? noValue],
  ] as const
  return (
    <tr {...tableRoles.row}>
      <th {...tableRoles.rowHeading} scope="row">
        {name}
        <span class="runner-meta">
          {version !== null && <span>{t('runners.version', { version })}</span>}
          {Object.entries(labels).map(([label, value]) => (
            <code key={label}>
              {label}={value}
            </code>
          ))}
        </span>
      </th>
      {facts.map(([label, fact]) => (
        <td key={label} {...tableRoles.cell} data-label={label}>
          {fact}
        </td>
      ))}
    </tr>
  )
}

/** The job that it has, or the last one and how its attempt ended. */
function JobOf({ runner: { job_id, last_job }, standing: { job } }: Listed) {
  if (last_job === null) return t('runners.noJob')
  const { id, name, ended } = last_job
  const link = <a href={`/jobs/${encodeURIComponent(id)}`}>{job?.name ?? name}</a>
  if (job_id !== null) return link
  const end = ended && keyIfAny('runners', `ended-${ended}`)
  return (
    <>
      <span class="quiet">{t('runners.lastJob')}</span> {link}{' '}
      <span class="quiet">({end === null ? t('runners.endedUnknown') : t(end)})</span>
    </>
  )
}

/**
 * With a job, silence is noted down after a minute, but not each time that it is heard; without one, the service notes that down
 * every ten minutes.
 */
function heardText({ seen_at, left_at }: RunnerRecord, { doing, job }: Standing): string {
  if (left_at !== null) return formatDateTime(left_at)
  if (doing === 'idle' || doing === 'unheard') return t('runners.heardWithin', { at: formatDateTime(seen_at) })
  if (job === null) return formatDateTime(seen_at)
  return doing === 'silent' ? formatDateTime(job.attempt?.silent_since ?? seen_at) : t('runners.heardLately')
}
