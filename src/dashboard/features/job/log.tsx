import type { Resource } from '../../api/resource.ts'
import { Loaded } from '../../components/notice.tsx'
import { actorNamed } from '../../domain/actor.ts'
import { StateIcon } from '../../domain/state-badge.tsx'
import { formatMoment } from '../../i18n/format.ts'
import { keyIfAny, t } from '../../i18n/text.ts'
import { EVENTS_SHOWN } from '../../platform/limits.ts'
import type { JobEvent } from './data.ts'

/** The log of the job, newest first. */
export function Log({ events }: { events: Resource<JobEvent[]> }) {
  return (
    <section class="panel">
      <h2>{t('job.log')}</h2>
      <Loaded of={events} bare>
        {(all) => (
          <>
            {all.length > EVENTS_SHOWN && (
              <p class="quiet small">{t('job.logCut', { shown: EVENTS_SHOWN, count: all.length })}</p>
            )}
            <ol class="timeline">
              {all
                .slice(-EVENTS_SHOWN)
                .toReversed()
                .map((event) => (
                  <Entry key={event.sequence} event={event} />
                ))}
            </ol>
          </>
        )}
      </Loaded>
    </section>
  )
}

/** The words of the conditions that requests bring about. */
const requests = { pause: 'is-pausing', cancel: 'is-cancelling' } as const

function Entry({ event }: { event: JobEvent }) {
  const { type, to_status, at, actor, message, changes } = event
  // Of a checkpoint its own step: the training may have gone on while it was stored.
  const step = (type === 'checkpointed' ? event.details?.checkpoint?.step : null) ?? event.step
  const what = type === 'requested' ? event.details?.what : undefined
  const key =
    (what && keyIfAny('runner', requests[what])) ??
    keyIfAny('job', `event-${type}`) ??
    keyIfAny('runner', `event-${type}`)
  const by = actorNamed(actor)
  const details = [step > 0 ? t('job.atStep', { step }) : '', by === null ? '' : t('job.by', { name: by })]
  return (
    <li data-state={to_status}>
      <span class="timeline-sign" aria-hidden="true">
        <StateIcon status={to_status} />
      </span>
      <div>
        <p>
          <strong>{key === null ? type : t(key)}</strong>
        </p>
        {message !== null && <p lang="en">{message}</p>}
        {changes?.name !== undefined && <p>{t('job.editedName', { name: changes.name })}</p>}
        {changes?.tags !== undefined && <p>{t('job.editedTags', { tags: changes.tags.join(', ') || '–' })}</p>}
        {changes?.notes !== undefined && <p>{t('job.editedNotes')}</p>}
        <p class="quiet small">
          <time dateTime={at}>{formatMoment(at)}</time>
          {details
            .filter((text) => text !== '')
            .map((text) => ` · ${text}`)
            .join('')}
        </p>
      </div>
    </li>
  )
}
