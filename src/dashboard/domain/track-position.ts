import type { JobStatus } from '../../shared/job-status.ts'

/** Where the stations lie on the track, in per cent of its length. Training is the long stretch between two of them. */
export const stations = [
  ['queued', 0],
  ['preparing', 10],
  ['training', 20],
  ['validating', 86],
  ['completed', 100],
] as const

export const trainingFrom = 20
export const trainingTo = 79

/**
 * The position of a job on the track, in per cent of its length.
 *
 * @param progress per cent, 0–100
 */
export function positionOf(status: JobStatus, progress: number): number {
  const here = stationOf(status, progress)
  const station = stations.find(([name]) => name === here)
  return station?.[1] ?? trainingFrom + (progress / 100) * (trainingTo - trainingFrom)
}

/**
 * The station of a job; `null` during its training. Failed and cancelled jobs stay where they stopped: without progress
 * in the queue, cancelled at 100 % in validation.
 */
function stationOf(status: JobStatus, progress: number): JobStatus | null {
  switch (status) {
    case 'training':
    case 'paused':
      return null
    case 'failed':
      return progress === 0 ? 'queued' : null
    case 'cancelled':
      return progress === 0 ? 'queued' : progress === 100 ? 'validating' : null
    case 'queued':
    case 'preparing':
    case 'validating':
    case 'completed':
      return status
  }
}
