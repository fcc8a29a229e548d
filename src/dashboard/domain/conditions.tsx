import './conditions.css'
import type { JobSnapshot } from '../../client/index.ts'
import type { JobStatus } from '../../shared/job-status.ts'
import { runner as de } from '../i18n/de/runner.ts'
import { runner as en } from '../i18n/en/runner.ts'
import { addTexts, t } from '../i18n/text.ts'
import { type Condition, conditionOf } from './condition.ts'
import type { TrackSign } from './track.tsx'

addTexts({ en: { runner: en }, de: { runner: de } })

/** A shape for each condition, so that it does not depend on colour. For 16 × 16. */
const shapes: Record<Condition, string> = {
  waits: 'M4 2.5h8M4 13.5h8M5 3v2l3 3 3-3V3M5 13v-2l3-3 3 3v2',
  claimed: 'M2.5 8h8M7.5 4.5 11 8l-3.5 3.5M13.5 3v10',
  lost: 'M5 6a3 3 0 1 1 4.3 2.7C8.4 9.2 8 9.6 8 10.5M8 12.6v.9',
  silent: 'M3.4 3.4a6.5 6.5 0 0 0 0 9.2M12.6 3.4a6.5 6.5 0 0 1 0 9.2M6 6l4 4M10 6l-4 4',
  stalled: 'M8 2.5a5.5 5.5 0 1 1 0 11a5.5 5.5 0 0 1 0-11ZM8 5v3.5M8 10.2v.9',
  pausing: 'M5.5 3v6M10.5 3v6M3.5 13h1.5M7.3 13h1.5M11 13h1.5',
  cancelling: 'M4 3l6 6M10 3l-6 6M3.5 13h1.5M7.3 13h1.5M11 13h1.5',
}

/** The shape of a condition, beside its word. */
export function ConditionIcon({ of }: { of: Condition }) {
  return (
    <svg viewBox="0 0 16 16" aria-hidden="true">
      <path d={shapes[of]} fill="none" stroke="currentColor" stroke-width="1.75" />
    </svg>
  )
}

/** A condition in two or three words. */
export const conditionWord = (condition: Condition): string => t(`runner.is-${condition}`)

/** What the track of a job shows instead of its status. */
export function signOf(job: JobSnapshot, status: JobStatus): TrackSign | null {
  const condition = conditionOf(job, status)
  return condition && { name: condition, word: conditionWord(condition), icon: <ConditionIcon of={condition} /> }
}

/** The condition of a job, if it has one: shape, word and colour. */
export function ConditionBadge({ job, status }: { job: JobSnapshot; status: JobStatus }) {
  const condition = conditionOf(job, status)
  if (condition === null) return null
  return (
    <span class="badge" data-condition={condition}>
      <ConditionIcon of={condition} />
      {conditionWord(condition)}
    </span>
  )
}
