import { useRef } from 'preact/hooks'
import type { RunnerRecord } from '../../../client/index.ts'
import { who } from '../../api/session.ts'
import { checkShape } from '../../components/icons.tsx'
import { JobFormLink } from '../../domain/job-form-link.tsx'
import { formatList } from '../../i18n/format.ts'
import { t } from '../../i18n/text.ts'

const keyOf = ({ actor, name }: RunnerRecord): string => JSON.stringify([actor, name])

type ArrivalProps = {
  runners: readonly RunnerRecord[] | null
  /** Whose token is expected, as the list of runners names it; `null`: no token was made here. */
  actor: string | null
}

/** Says by itself when a runner has come: with the token that was made here, or one that was not there before. */
export function Arrival({ runners, actor }: ArrivalProps) {
  const there = (runners ?? []).filter(({ left_at }) => left_at === null)
  const before = useRef<ReadonlySet<string> | null>(null)
  if (runners !== null) before.current ??= new Set(there.map(keyOf))
  const known = before.current
  const came = there.filter((one) => (actor === null ? known?.has(keyOf(one)) === false : one.actor === actor))
  const isExpected = actor !== null || who.value?.kind === 'local'
  return (
    <div role="status" class="stack-s">
      {came.length > 0 ? <Arrived names={came.map(({ name }) => name)} /> : <Waiting isExpected={isExpected} />}
    </div>
  )
}

function Waiting({ isExpected }: { isExpected: boolean }) {
  return <p class="quiet">{t(isExpected ? 'connect.waiting' : 'connect.createFirst')}</p>
}

function Arrived({ names }: { names: string[] }) {
  return (
    <>
      <p class="connect-arrived">
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d={checkShape} fill="none" stroke="currentColor" stroke-width="2" />
        </svg>
        <strong>
          {t(names.length === 1 ? 'connect.arrived' : 'connect.arrivedMore', { names: formatList(names) })}
        </strong>
      </p>
      <p>{t('connect.arrivedText')}</p>
      <div>
        <JobFormLink look="primary">{t('connect.newJob')}</JobFormLink>
      </div>
    </>
  )
}
