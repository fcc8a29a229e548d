/** The states without a transition: only deletion follows. */
export const finalStatuses = ['completed', 'failed', 'cancelled'] as const
export type FinalStatus = (typeof finalStatuses)[number]

/** Every state of a job, in the order of its life cycle. */
export const jobStatuses = ['queued', 'preparing', 'training', 'paused', 'validating', ...finalStatuses] as const
export type JobStatus = (typeof jobStatuses)[number]

export const isFinal = (status: JobStatus): status is FinalStatus =>
  (finalStatuses as readonly JobStatus[]).includes(status)

/** Whether a job may be deleted: it is not running, so there is nothing to stop first. */
export const mayBeDeleted = (status: JobStatus): boolean =>
  status === 'queued' || status === 'paused' || isFinal(status)
