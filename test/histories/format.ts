import type { HistoryMode } from '../../src/jobs/rules/describe.ts'
import type { JobSnapshot } from '../../src/jobs/rules/shown.ts'
import type { JobStatus } from '../../src/shared/job-status.ts'

/** A row of an object's event log, as stored. */
export type LogRow = { seq: number; type: string; at_ms: number; data: string }

/** A job in the API at a time. */
export type Shown = { at_ms: number; shown: Partial<JobSnapshot> }

/** The events sent to two watchers, one per mode, at a time when the log had so many rows. */
export type Look = { at_ms: number; revision: number } & Record<HistoryMode, string>

/** A job's row in D1, as written at the job's last event. */
export type JobRow = {
  status: JobStatus
  revision: number
  /** Missing in rows of before jobs were edited: 0. */
  edits?: number
  spec: string | null
  summary: string | null
  snapshot: string
}

/** A job's row in D1 while it had a status, as written at the first event that led to it, and the job then in the API. */
export type StatusRow = JobRow & { slot: number | null; wake_by_ms: number | null; shown: Partial<JobSnapshot> }

/** A job's whole life: its log, its last row, its row in each status, its final state in the API, and the streamed events if it was watched. */
export type History = { log: LogRow[]; row: JobRow; rows: StatusRow[]; end: Shown; looks: Look[] }
