import { planSimulation } from '../src/jobs/rules/trainers/simulation.ts'
import { REPAINT_MS, STREAM_AGE_MAX_MS } from '../src/platform/limits.ts'
import { STEPS_PER_EPOCH } from '../src/shared/steps.ts'
import { D1_BYTES_PER_JOB, OBJECT_BYTES, ROWS_READ, UNOBSERVED_JOB } from '../test/budgets.ts'
import { OBJECT_MEMORY_GB, type Usage } from './prices.ts'

/** What happens in a month. */
export type Load = {
  jobs: number
  epochs: number
  /** Hours for which somebody watches a training job, added up over all who do. */
  watcherHours: number
  /** GETs of a job. */
  gets: number
}

/** Milliseconds for which an object is billed when it handles something: mostly it waits for D1. Assumed. */
export const ACTIVE_MS = 100

/** Milliseconds of the Worker's CPU for a request, and for a repaint that the Worker makes itself. Assumed. */
const REQUEST_CPU_MS = 2
const REPAINT_CPU_MS = 1

/** Months for which finished jobs are kept. Assumed, for both designs. */
export const MONTHS_KEPT = 12

/** Rows an object reads when it wakes, rounded up: the names of its tables, its log, what D1 has acknowledged. */
const ROWS_READ_PER_WAKE = 10

const HOUR_MS = 3_600_000
const SWEEPS = 30 * 24 * 60
const { stepMs } = planSimulation(1, null)

/** How often a stream begins in an hour: it ends after a while, and the client comes back. */
const STREAMS_PER_HOUR = HOUR_MS / STREAM_AGE_MAX_MS

export const stepsOf = ({ epochs }: Load) => epochs * STEPS_PER_EPOCH

/** Milliseconds from the creation of a job to its end: its steps, the preparation and the validation. */
const lengthMs = (load: Load) => (stepsOf(load) + 2) * stepMs

const gbSeconds = (ms: number) => (ms / 1_000) * OBJECT_MEMORY_GB
const keptGb = ({ jobs }: Load, bytesPerJob: number) => (jobs * MONTHS_KEPT * bytesPerJob) / 1e9

/**
 * This design. An object is billed while it handles its milestones and requests, and all the time that somebody watches
 * it. Counted against it: each watcher watches a job of his own as long as there are jobs enough, and each GET asks for a
 * job that trains.
 *
 * @param idleMs milliseconds billed after everything handled; none, since nothing keeps an idle object from hibernating
 */
export function stellwerk(load: Load, idleMs = 0): Usage {
  const { jobs, watcherHours, gets } = load
  const job = UNOBSERVED_JOB
  const streams = watcherHours * STREAMS_PER_HOUR
  const requests = jobs + gets + streams + SWEEPS
  const handled = jobs * (job.objectCalls + job.alarms) + gets + streams
  const watchedMs = Math.min(watcherHours * HOUR_MS, jobs * lengthMs(load))
  return {
    workerRequests: requests,
    workerCpuMs: requests * REQUEST_CPU_MS,
    objectRequests: handled,
    objectGbS: gbSeconds(handled * (ACTIVE_MS + idleMs) + watchedMs),
    objectRowsRead: handled * ROWS_READ_PER_WAKE,
    objectRowsWritten: jobs * (job.objectRowsWritten + job.alarmsSet),
    objectGb: keptGb(load, OBJECT_BYTES),
    d1RowsRead: jobs * job.d1RowsRead + gets * ROWS_READ.job + SWEEPS * ROWS_READ.sweep,
    d1RowsWritten: jobs * job.d1RowsWritten,
    d1Gb: keptGb(load, D1_BYTES_PER_JOB),
  }
}

/**
 * The reference's loop carried over as it stands: an object that goes from step to step and never rests, with an alarm, a
 * write of its state and a write to D1 each step; each watcher's stream reads D1 for each repaint, each GET reads it once.
 *
 * @param activeMs milliseconds for which the object of one job is billed
 */
export function naive(load: Load, activeMs = lengthMs(load)): Usage {
  const { jobs, watcherHours, gets } = load
  const steps = jobs * stepsOf(load)
  const repaints = (watcherHours * HOUR_MS) / REPAINT_MS
  const requests = jobs + gets + watcherHours * STREAMS_PER_HOUR
  return {
    workerRequests: requests,
    workerCpuMs: requests * REQUEST_CPU_MS + repaints * REPAINT_CPU_MS,
    objectRequests: jobs + steps,
    objectGbS: gbSeconds(jobs * activeMs),
    objectRowsRead: steps,
    // The state and the next alarm.
    objectRowsWritten: 2 * steps,
    objectGb: keptGb(load, OBJECT_BYTES),
    // To change a row is to read it first.
    d1RowsRead: steps + repaints + gets,
    d1RowsWritten: steps,
    d1Gb: keptGb(load, D1_BYTES_PER_JOB),
  }
}
