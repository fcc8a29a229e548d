import type { HistoryMode } from '../../src/jobs/rules/describe.ts'
import type { JobStatus } from '../../src/shared/job-status.ts'

/** A row of an object's event log, as it stands in its database. */
export type LogRow = { seq: number; type: string; at_ms: number; data: string }

/** What the API showed of a job at a time. */
export type Shown = { at_ms: number; shown: object }

/** What two watchers, one of each mode, were sent at a time, when the log had so many rows. */
export type Look = { at_ms: number; revision: number } & Record<HistoryMode, string>

/** A job's row in D1, as it was written at the job's last event. */
export type JobRow = {
  status: JobStatus
  revision: number
  spec: string | null
  summary: string | null
  snapshot: string
}

/** A job's whole life: its log, its row and what was shown at the end, and what was streamed if somebody watched. */
export type History = { log: LogRow[]; row: JobRow; end: Shown; looks: Look[] }
