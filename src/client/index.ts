export type {
  EventRecord,
  History,
  HistoryPoint,
  JobSnapshot,
  StreamEvent,
  TrainingMetrics,
} from '../jobs/rules/shown.ts'
export type { TrainingConfig } from '../jobs/rules/types.ts'
export type { ModelVersion } from '../models/schema.ts'
export type { OcrEvent } from '../ocr/schema.ts'
export { ApiError, type Problem } from './api-error.ts'
export { type Client, type ClientOptions, createClient } from './client.ts'
export { StreamEnded, type WatchedEvent, type WatchOptions, watchJob } from './watch-job.ts'
