import { useEffect, useRef } from 'preact/hooks'
import { isFinal } from '../../../../shared/job-status.ts'
import { announce } from '../../../components/toast.tsx'
import { formatProgress } from '../../../i18n/format.ts'
import { t } from '../../../i18n/text.ts'
import type { JobState } from '../../../live/state.ts'
import { ANNOUNCED_PARTS } from '../../../platform/limits.ts'

/** Announces each change of status and each quarter of the training to screen readers, not each update. */
export function useAnnouncements(name: string, { status, progress }: JobState): void {
  const part = Math.floor(((progress ?? 0) / 100) * ANNOUNCED_PARTS)
  const first = useRef(true)
  useEffect(() => {
    if (first.current) {
      first.current = false
      return
    }
    const state = t(`common.${status}`)
    announce(`${name}: ${isFinal(status) || progress === null ? state : `${state}, ${formatProgress(progress)}`}`)
  }, [status, part])
}
