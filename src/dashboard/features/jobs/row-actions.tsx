import type { JobSnapshot } from '../../../client/index.ts'
import { isFinal, mayBeDeleted } from '../../../shared/job-status.ts'
import type { Role } from '../../../shared/role.ts'
import { may } from '../../api/session.ts'
import { Button } from '../../components/button.tsx'
import { ActionIcon, type ActionName } from '../../components/icons.tsx'
import { steeringOf, WatchSlots } from '../../domain/steering.ts'
import { t } from '../../i18n/text.ts'
import type { JobCommands } from './commands.ts'

/** The actions on a job in its state. Those that steer it are one button, which keeps the focus. */
export function RowActions({ job, commands }: { job: JobSnapshot; commands: JobCommands }) {
  const steering = steeringOf(job)
  return (
    <div class="job-actions">
      {job.status === 'paused' && <WatchSlots />}
      {steering && (
        <Action key="steer" name={steering} of={job} needs="operator" onClick={() => commands.steer(job, steering)} />
      )}
      {job.trainer === 'mlflow' ? null : may('operator') ? (
        <a
          class="button plain job-action-duplicate"
          href={`/jobs/new?from=${encodeURIComponent(job.id)}`}
          aria-label={t('jobs.actionOn', { action: t('jobs.duplicate'), name: job.name })}
          title={t('jobs.duplicate')}
        >
          <ActionIcon name="duplicate" />
          <span class="word">{t('jobs.duplicate')}</span>
        </a>
      ) : (
        <Action name="duplicate" of={job} needs="operator" onClick={async () => {}} />
      )}
      {!isFinal(job.status) && (
        <Action key="cancel" name="cancel" of={job} needs="operator" onClick={() => commands.end(job, 'cancel')} />
      )}
      {mayBeDeleted(job.status) && (
        <Action key="delete" name="delete" of={job} needs="admin" onClick={() => commands.end(job, 'delete')} />
      )}
    </div>
  )
}

type ActionProps = { name: ActionName; of: JobSnapshot; needs: Role; onClick: () => Promise<void> }

function Action({ name, of, needs, onClick }: ActionProps) {
  return (
    <Button
      look="plain"
      class={`job-action-${name}`}
      needs={needs}
      label={t('jobs.actionOn', { action: t(`jobs.${name}`), name: of.name })}
      turns={name !== 'cancel' && name !== 'delete' && name !== 'duplicate'}
      onClick={onClick}
    >
      <ActionIcon name={name} />
      <span class="word">{t(`jobs.${name}`)}</span>
    </Button>
  )
}
