import type { JobSnapshot } from '../../../client/index.ts'
import { explain, type Problem } from '../../api/problem.ts'
import { Button } from '../../components/button.tsx'
import { tableRoles } from '../../components/table.tsx'
import { actorNamed } from '../../domain/actor.ts'
import { Bundeslaender } from '../../domain/bundeslaender.tsx'
import type { JobColumn } from '../../domain/job-columns.ts'
import { StateBadge } from '../../domain/state-badge.tsx'
import { TagLink } from '../../domain/tags.tsx'
import { progressTexts, Track } from '../../domain/track.tsx'
import { useConditions } from '../../domain/use-conditions.ts'
import { formatClock, formatDateTime, noValue } from '../../i18n/format.ts'
import { t } from '../../i18n/text.ts'
import { progressOf, remainingOf } from '../../live/state.ts'
import type { JobCommands } from './commands.ts'
import { ConditionTexts } from './condition-texts.tsx'
import { RowActions } from './row-actions.tsx'

export type JobRowProps = {
  job: JobSnapshot
  columns: readonly JobColumn[]
  chosen: boolean
  /** Whether the maximum number of jobs is selected. */
  full: boolean
  onChoose: (chosen: boolean) => void
  commands: JobCommands
}

/** A job in the table. */
export function JobRow({ job, columns, chosen, full, onChoose, commands }: JobRowProps) {
  const creator = actorNamed(job.created_by)
  const conditions = useConditions(job)
  return (
    <tr {...tableRoles.row} data-chosen={chosen}>
      <td {...tableRoles.cell} class="job-choice">
        <label>
          <input
            type="checkbox"
            checked={chosen}
            disabled={full && !chosen}
            onChange={(event) => onChoose(event.currentTarget.checked)}
          />
          <span class="visually-hidden">{t('jobs.choose', { name: job.name })}</span>
        </label>
      </td>
      <th {...tableRoles.rowHeading} scope="row" class="job-name">
        <a href={`/jobs/${encodeURIComponent(job.id)}`}>{job.name}</a>
        <span class="quiet small">
          {t(`common.${job.model_type}`)}
          {job.trainer !== 'mlflow' && ` · ${t('jobs.states', { count: job.config.bundeslaender.length })}`}
        </span>
        {job.tags.length > 0 && (
          <span class="job-tags">
            {job.tags.map((tag) => (
              <TagLink key={tag} tag={tag} />
            ))}
          </span>
        )}
      </th>
      <td {...tableRoles.cell} class="job-state">
        <StateBadge status={job.status} />
        {conditions && <conditions.ConditionBadge job={job} status={job.status} />}
        {job.queue_position !== null && (
          <span class="quiet small">{t('jobs.position', { place: job.queue_position })}</span>
        )}
        <ConditionTexts job={job} />
        {job.error_message !== null && (
          <span class="quiet small" lang="en">
            {job.error_message}
          </span>
        )}
      </td>
      <td {...tableRoles.cell} class="job-progress">
        <Track
          compact
          name={job.name}
          status={job.status}
          progress={progressOf(job)}
          hasStarted={job.started_at !== null}
          epochs={job.total_epochs}
          sign={conditions?.signOf(job, job.status)}
        />
        <span class="quiet small">{progressText(job)}</span>
      </td>
      {columns.map((column) => (
        <ColumnCell key={column.key} column={column} job={job} />
      ))}
      <td {...tableRoles.cell} class="job-created">
        {formatDateTime(job.created_at)}{' '}
        {creator !== null && <span class="quiet small">{t('jobs.createdBy', { name: creator })}</span>}
      </td>
      <td {...tableRoles.cell} class="job-commands">
        <RowActions job={job} commands={commands} />
      </td>
    </tr>
  )
}

/** What a chosen column shows of a job. */
function ColumnCell({ column: { title, isNumber, text, lack }, job }: { column: JobColumn; job: JobSnapshot }) {
  const value = text(job)
  const reason = lack(job)
  return (
    <td {...tableRoles.cell} class={isNumber ? 'number job-column' : 'job-column'} data-label={title}>
      {typeof value !== 'string' ? (
        <Bundeslaender codes={value} />
      ) : reason === null ? (
        <span class="job-value" title={isNumber ? undefined : value}>
          {value}
        </span>
      ) : (
        <span title={reason}>
          <span aria-hidden="true">…</span>
          <span class="visually-hidden">{reason}</span>
        </span>
      )}
    </td>
  )
}

type RefusedRowProps = { refusal: Problem; columns: number; onDismiss: () => void }

/** Below a row: the refusal of its last command. `columns`: those of the table. */
export function RefusedRow({ refusal, columns, onDismiss }: RefusedRowProps) {
  return (
    <tr {...tableRoles.row} class="job-refusal">
      <td {...tableRoles.cell} colSpan={columns}>
        <div class="row between" role="alert">
          <span>{explain(refusal)}</span>
          <Button look="plain" onClick={onDismiss}>
            {t('common.dismiss')}
          </Button>
        </div>
      </td>
    </tr>
  )
}

function progressText(job: JobSnapshot): string {
  const { status, started_at, completed_at, total_epochs } = job
  // A script's run has none.
  const hasEpochs = total_epochs > 0
  const epochs = hasEpochs ? [t('jobs.epochs', { count: total_epochs })] : []
  if (started_at === null) return epochs.join('')
  if (status === 'completed' && completed_at !== null) {
    // Including pauses: the list does not know the training time.
    const ms = Date.parse(completed_at) - Date.parse(started_at)
    return [...epochs, t('jobs.took', { time: formatClock(ms) })].join(' · ')
  }
  const parts = progressTexts(progressOf(job))
  if (hasEpochs) parts.push(t('jobs.epochOf', { epoch: job.current_epoch ?? noValue, epochs: total_epochs }))
  const remainingMs = remainingOf(job, Date.now())
  if (remainingMs !== null) parts.push(t('jobs.left', { time: formatClock(remainingMs) }))
  return parts.join(' · ')
}
