import { useState } from 'preact/hooks'
import type { JobSnapshot } from '../../../../client/index.ts'
import { Button } from '../../../components/button.tsx'
import { toast } from '../../../components/toast.tsx'
import { t } from '../../../i18n/text.ts'
import { WATCHED_JOBS_MAX } from '../../../platform/limits.ts'
import { canNotify, startNotifier } from './notifier.ts'
import { noteTold, watchedJobs } from './watched-jobs.ts'

type NotifyButtonProps = { job: Pick<JobSnapshot, 'id' | 'name'> }

/** Asks the browser for permission, and has the person notified when the job ends or is not heard from any more. */
export function NotifyButton({ job: { id, name } }: NotifyButtonProps) {
  const [isOn, setOn] = useState(() => watchedJobs().has(id))
  if (!canNotify()) return null
  const turnOff = () => {
    noteTold(id, null)
    setOn(false)
    toast.done(t('notify.stopped', { name }))
  }
  const turnOn = async () => {
    if ((await Notification.requestPermission()) !== 'granted') return toast.failed(t('notify.refused'))
    noteTold(id, '')
    setOn(true)
    startNotifier()
    toast.done(t('notify.done', { name }))
  }
  return (
    <Button look="plain" turns onClick={isOn ? turnOff : turnOn} unavailable={isOn ? null : whyNot()}>
      <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
        <path d={bell} fill={isOn ? 'currentColor' : 'none'} stroke="currentColor" stroke-width="1.5" />
      </svg>
      {t(isOn ? 'notify.off' : 'notify.on')}
    </Button>
  )
}

const bell = 'M3 11.5h10l-1.2-2V6.8a3.8 3.8 0 0 0-7.6 0v2.7ZM6.5 13.5h3'

function whyNot(): string | null {
  if (Notification.permission === 'denied') return t('notify.blocked')
  const { size } = watchedJobs()
  return size >= WATCHED_JOBS_MAX ? t('notify.full', { count: size }) : null
}
