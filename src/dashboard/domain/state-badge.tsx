import type { JobStatus } from '../../shared/job-status.ts'
import { checkShape, crossShape } from '../components/icons.tsx'
import { t } from '../i18n/text.ts'

/** A shape for each state, so that it does not depend on colour. For 16 × 16. */
export const stateShapes: Record<JobStatus, string> = {
  queued: 'M8 2.5a5.5 5.5 0 1 1 0 11a5.5 5.5 0 0 1 0-11ZM8 4.5V8l2.5 1.5',
  preparing: 'M3 5h10M3 8h7M3 11h4',
  training: 'M4.5 2.8 13 8l-8.5 5.2Z',
  paused: 'M5.5 3v10M10.5 3v10',
  validating: 'M7 2.5a4.5 4.5 0 1 1 0 9a4.5 4.5 0 0 1 0-9ZM10.3 10.3l3.2 3.2',
  completed: checkShape,
  failed: crossShape,
  cancelled: 'M8 2.5a5.5 5.5 0 1 1 0 11a5.5 5.5 0 0 1 0-11ZM4.2 11.8l7.6-7.6',
}

/** A job's state: shape, word and colour. */
export function StateBadge({ status }: { status: JobStatus }) {
  return (
    <span class="badge" data-state={status}>
      <StateIcon status={status} />
      {t(`common.${status}`)}
    </span>
  )
}

/** The shape alone, beside a word. */
export function StateIcon({ status }: { status: JobStatus }) {
  return (
    <svg viewBox="0 0 16 16" aria-hidden="true">
      <path
        d={stateShapes[status]}
        fill={status === 'training' ? 'currentColor' : 'none'}
        stroke="currentColor"
        stroke-width={status === 'paused' ? 3 : 2}
        stroke-linecap="square"
      />
    </svg>
  )
}
