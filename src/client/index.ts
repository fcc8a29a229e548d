export type { Problem } from '../http/problem-document.ts'
export type {
  AttemptRecord,
  EventRecord,
  History,
  HistoryPoint,
  JobSnapshot,
  OutputRecord,
  RunnerRecord,
  StreamEvent,
} from '../jobs/rules/shown.ts'
export type { TrainingConfig } from '../jobs/rules/types.ts'
export type { ModelVersion } from '../models/version.ts'
export type { OcrEvent } from '../ocr/event.ts'
export type { MetricValue } from '../shared/metric-value.ts'
export type { TrainingDataset } from '../shared/training-dataset.ts'
export type { TrainingMetrics } from '../shared/training-metrics.ts'
export { ApiError } from './api-error.ts'
export { type Client, type ClientOptions, createClient } from './client.ts'
export { type FollowOptions, followOutput } from './follow-output.ts'
export { type UploadedArtifact, type UploadOptions, uploadArtifact } from './upload-artifact.ts'
export { pointsAfter, StreamEnded, type WatchedEvent, type WatchOptions, watchJob } from './watch-job.ts'
