import type { JobStatus } from '../../../shared/job-status.ts'
import { t } from '../../i18n/text.ts'
import type { Run } from './run.ts'

/** The job state that a batch is styled as. */
const looks: Record<Run['phase'], JobStatus> = {
  running: 'training',
  complete: 'completed',
  stopped: 'cancelled',
  refused: 'failed',
}

/** The progress of a batch, as a train on its rail. */
export function Rail({ done, of, phase }: { done: number; of: number; phase: Run['phase'] }) {
  return (
    <div
      class="track compact"
      data-state={looks[phase]}
      role="progressbar"
      aria-label={t('ocr.progress')}
      aria-valuemin={0}
      aria-valuemax={of}
      aria-valuenow={done}
      aria-valuetext={t('ocr.imagesDone', { done, count: of })}
    >
      <div class="track-line" aria-hidden="true">
        <span class="rail" />
        <span class="travelled" style={{ scale: `${done / of} 1` }} />
        <span class="carriage" style={{ translate: `${(100 * done) / of}%` }}>
          <span class="train" />
        </span>
      </div>
    </div>
  )
}
