import type { AttemptRecord, JobSnapshot } from '../../../../client/index.ts'
import type { JobStatus } from '../../../../shared/job-status.ts'
import { StateIcon } from '../../../domain/state-badge.tsx'
import { formatClock, formatCount, formatMoment, formatTime } from '../../../i18n/format.ts'
import { formatRunning } from '../../../i18n/format-running.ts'
import { t } from '../../../i18n/text.ts'
import type { JobEvent } from '../data.ts'
import { type Gap, type Stretch, storyOf, stretchOf } from './story.ts'

type EntryProps = {
  record: AttemptRecord
  job: JobSnapshot
  events: readonly JobEvent[]
  nowMs: number
  /** The time that all bars span, Unix ms. */
  whole: { fromMs: number; toMs: number }
}

/** An attempt: who, how it stands or ended, when in the life of the job, and what it has brought. */
export function Entry({ record, job, events, nowMs, whole }: EntryProps) {
  const { number, runner, claimed_at, ended_at } = record
  const end = endOf(record, job)
  const story = storyOf(record, events)
  const fromMs = Date.parse(claimed_at)
  const toMs = ended_at === null ? nowMs : Date.parse(ended_at)
  return (
    <li data-state={looks[end]}>
      <div class="attempt-head">
        <h3>
          {t('attempts.attempt', { number })} <span class="quiet">{runner}</span>
        </h3>
        <span class="badge">
          <StateIcon status={looks[end]} />
          {t(`attempts.end-${end}`)}
        </span>
      </div>
      <Bar of={stretchOf(fromMs, toMs, whole)} gaps={story.gaps.map((gap) => gapIn(gap, toMs, whole))} />
      <dl class="attempt-facts">
        <Fact name={t('attempts.claimedAt')} value={formatMoment(claimed_at)} />
        <Fact name={t('attempts.took')} value={formatClock(Math.max(0, toMs - fromMs))} />
        <Fact name={t('attempts.resumedFrom')} value={resumedFrom(record)} />
        <Fact name={t('attempts.steps')} value={stepsOf(record)} />
        <Fact name={t('attempts.checkpoint')} value={record.checkpoint && atStep(record.checkpoint.step)} />
        <Fact name={t('attempts.exit')} value={exitOf(story.exit)} />
      </dl>
      {story.gaps.map((gap) => (
        <p key={gap.fromMs} class="quiet small">
          {gapText(gap, toMs, ended_at !== null)}
        </p>
      ))}
    </li>
  )
}

type End = NonNullable<AttemptRecord['ended']> | 'live' | 'lost' | 'unconfirmed' | 'never'

/** How an attempt stands, or how it ended. */
function endOf({ number, confirmed_at, ended }: AttemptRecord, { attempt }: JobSnapshot): End {
  if (ended !== null) return confirmed_at === null && ended === 'replaced' ? 'never' : ended
  if (confirmed_at === null) return 'unconfirmed'
  return attempt?.number === number && attempt.lost_at !== null ? 'lost' : 'live'
}

/** The shape and colour of an end: that of the status which says most of it. */
const looks: Record<End, JobStatus> = {
  live: 'training',
  unconfirmed: 'preparing',
  lost: 'failed',
  never: 'cancelled',
  completed: 'completed',
  failed: 'failed',
  paused: 'paused',
  cancelled: 'cancelled',
  released: 'queued',
  replaced: 'cancelled',
  given_up: 'cancelled',
  overtaken: 'cancelled',
}

/** When in the life of the job the attempt was, with the stretches in which it was not heard or brought nothing. */
function Bar({ of, gaps }: { of: Stretch; gaps: readonly (Stretch & Pick<Gap, 'kind'>)[] }) {
  return (
    <div class="attempt-bar" aria-hidden="true">
      <span class="attempt-time" style={placeOf(of)} />
      {gaps.map(({ kind, ...gap }) => (
        <span key={gap.startPercent} class="attempt-gap" data-kind={kind} style={placeOf(gap)} />
      ))}
    </div>
  )
}

const placeOf = ({ startPercent, lengthPercent }: Stretch) => ({
  insetInlineStart: `${startPercent}%`,
  inlineSize: `${lengthPercent}%`,
})

const gapIn = ({ kind, fromMs, toMs }: Gap, endMs: number, whole: EntryProps['whole']) => ({
  kind,
  ...stretchOf(fromMs, toMs ?? endMs, whole),
})

function gapText({ kind, fromMs, toMs }: Gap, endMs: number, isOver: boolean): string {
  const facts = { time: formatRunning((toMs ?? endMs) - fromMs), at: formatTime(fromMs) }
  if (toMs === null) return t(isOver ? `attempts.gap-${kind}-end` : `attempts.gap-${kind}`, facts)
  return t(kind === 'silent' ? 'attempts.gap-returned' : 'attempts.gap-resumed', facts)
}

/** A fact that is known. */
function Fact({ name, value }: { name: string; value: string | null }) {
  if (value === null) return null
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  )
}

const atStep = (step: number): string => t('attempts.atStep', { step })

/** Where it began is decided when it is confirmed. */
function resumedFrom({ confirmed_at, resumed_from }: AttemptRecord): string | null {
  if (resumed_from !== null) return atStep(resumed_from.step)
  return confirmed_at === null ? null : t('attempts.beginning')
}

function stepsOf({ from_step, to_step, superseded_from: since }: AttemptRecord): string | null {
  if (from_step === null || to_step === null) return null
  const facts = { from: formatCount(from_step), to: formatCount(to_step) }
  return since === null || since > to_step
    ? t('attempts.stepRange', facts)
    : t('attempts.superseded', { ...facts, since })
}

function exitOf(exit: ReturnType<typeof storyOf>['exit']): string | null {
  if (exit === null) return null
  const { status, signal } = exit
  return [status === null ? null : t('attempts.exitStatus', { status }), signal]
    .filter((text) => text !== null)
    .join(', ')
}
