/** The states from which nothing leads on; only deletion follows. */
export const finalStatuses = ['completed', 'failed', 'cancelled'] as const
export type FinalStatus = (typeof finalStatuses)[number]

/** Every state of a job, in the order of its life. */
export const jobStatuses = ['queued', 'preparing', 'training', 'paused', 'validating', ...finalStatuses] as const
export type JobStatus = (typeof jobStatuses)[number]

export const isFinal = (status: JobStatus): status is FinalStatus =>
  (finalStatuses as readonly JobStatus[]).includes(status)

/** Whether a job may be deleted: nothing is under way that would have to be stopped first. */
export const mayBeDeleted = (status: JobStatus): boolean =>
  status === 'queued' || status === 'paused' || isFinal(status)
