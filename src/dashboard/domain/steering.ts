import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { JobSnapshot } from '../../client/index.ts'
import type { JobCommand } from './job-commands.ts'
import { useSlotUsage } from './slot-usage.ts'

/** A command that another one can undo. */
export type Steering = Extract<JobCommand, 'pause' | 'resume' | 'queue' | 'leave'>

/** Whether a job that is resumed would have to wait for a slot. Kept up to date while `WatchSlots` is rendered. */
const areSlotsTaken = signal(false)

/** To be rendered beside the actions of a paused job. Other pages need not read the slots. */
export function WatchSlots() {
  const isBusy = useSlotUsage()?.isBusy ?? false
  useEffect(() => {
    areSlotsTaken.value = isBusy
  }, [isBusy])
  return null
}

/** What steering depends on. */
export type Steered = Pick<
  JobSnapshot,
  'status' | 'trainer' | 'queue_position' | 'requested' | 'waiting_for' | 'attempt'
>

/** How a job can be steered in its state; `null`: not at all. */
export function steeringOf(job: Steered): Steering | null {
  const { status, trainer, queue_position, requested, waiting_for } = job
  // A script that has opened its run itself hears nothing of Stellwerk.
  if (trainer === 'mlflow') return null
  // Until the process stops, a pause that was requested of a runner can be withdrawn.
  if (requested?.what === 'pause' && status !== 'paused') return 'resume'
  if (status === 'preparing' || status === 'training' || (status === 'queued' && waiting_for === 'runner'))
    return 'pause'
  if (status === 'validating' && isWithRunner(job)) return 'pause'
  if (status !== 'paused') return null
  if (queue_position !== null) return 'leave'
  return areSlotsTaken.value ? 'queue' : 'resume'
}

/** Whether a runner has the job: it may validate between two epochs, and says itself when it is done. */
const isWithRunner = ({ trainer, attempt }: Steered): boolean => trainer === 'runner' && attempt?.ended === null
