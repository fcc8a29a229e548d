import type { AttemptRecord, JobSnapshot } from '../../../../client/index.ts'
import { isFinal } from '../../../../shared/job-status.ts'
import { reachable } from '../../../api/reachability.ts'
import { Loaded } from '../../../components/notice.tsx'
import { useNow } from '../../../components/use-now.ts'
import { WhenInView } from '../../../components/when-in-view.tsx'
import { t } from '../../../i18n/text.ts'
import { ATTEMPTS_PANEL_PX } from '../../../platform/limits.ts'
import type { JobEvent } from '../data.ts'
import { useAttempts } from './data.ts'
import { Entry } from './entry.tsx'

type AttemptsProps = {
  job: JobSnapshot
  /** The job's log; attempts are shown without what it says until it is there. */
  events: readonly JobEvent[]
}

/** The attempts of runners at a job, newest first; read once somebody sees them. Of a script there is only one. */
export function Attempts({ job, events }: AttemptsProps) {
  if (job.trainer !== 'runner') return null
  return (
    <section class="panel">
      <h2>{t('attempts.title')}</h2>
      {job.attempt === null ? (
        <p class="quiet">{t('attempts.none')}</p>
      ) : (
        <WhenInView height={ATTEMPTS_PANEL_PX} stays>
          {() => <Records job={job} events={events} />}
        </WhenInView>
      )}
    </section>
  )
}

function Records({ job, events }: AttemptsProps) {
  const attempts = useAttempts(job)
  return (
    <Loaded of={attempts} bare>
      {(all) => <List {...{ job, events, all }} />}
    </Loaded>
  )
}

function List({ job, events, all }: AttemptsProps & { all: readonly AttemptRecord[] }) {
  const nowMs = useNow(reachable.value && !isFinal(job.status))
  const earlier = (all[0]?.number ?? 1) - 1
  const [fromMs = nowMs] = all.map(({ claimed_at }) => Date.parse(claimed_at))
  const toMs = Math.max(...all.map(({ ended_at }) => (ended_at === null ? nowMs : Date.parse(ended_at))))
  return (
    <>
      <ol class="attempts" reversed>
        {all.toReversed().map((record) => (
          <Entry key={record.number} {...{ record, job, events, nowMs }} whole={{ fromMs, toMs }} />
        ))}
      </ol>
      {earlier > 0 && <p class="quiet small">{t('attempts.earlier', { count: earlier })}</p>}
    </>
  )
}
