import type { JobStatus } from '../../shared/job-status.ts'
import type { GivenDataset } from '../../shared/training-dataset.ts'
import { type Attempts, noAttempts } from '../rules/attempt.ts'
import { create, evolve, specOf, viewOf } from '../rules/job.ts'
import type { JobSnapshot } from '../rules/shown.ts'
import { trainerBeforeStart } from '../rules/trainers/index.ts'
import { shownAttempt } from '../rules/trainers/live.ts'
import { runsOfPace } from '../rules/trainers/runner.ts'
import { activeMsAt, planSimulation, STEPS_PER_EPOCH } from '../rules/trainers/simulation.ts'
import type { Job, JobEvent, JobSpec, Recorded, Run } from '../rules/types.ts'
import { isCut, recordedOf, type StoredRecording, storedRecording } from './stored-recording.ts'

/** A row of the register. */
export type JobRow = {
  seq: number
  status: JobStatus
  revision: number
  /** `null` while the job holds no slot. */
  slot: number | null
  wakeDeadlineMs: number | null
  /** Whether it waits in the queue. */
  waits: boolean
  /** The job at the time the row was written; in training, its steps since follow from the clock. */
  job: Job
  /** What was reported of it by then. */
  recorded: Recorded
  /** Whether it has more metrics than the row tells. */
  isCut: boolean
  /** What creation decided, and of a job that waits the edits since: its log starts with both. */
  spec: JobSpec
  edits: JobEvent[]
  /** What its latest attempt was given to train on; `null`: nothing yet. */
  given: GivenDataset | null
  /** How many of the documents that it trains on have been withdrawn since its creation; `null`: not counted. */
  withdrawn: number | null
}

/** The columns of a row that are read, and how they come. */
export const columns =
  'seq, status, revision, slot, wake_by_ms, waits_ms, spec, summary, snapshot, edits, dataset_given'
export type StoredRow = {
  seq: number
  status: JobStatus
  revision: number
  slot: number | null
  wake_by_ms: number | null
  waits_ms: number | null
  edits: number
  dataset_given: string | null
  withdrawn?: number | null
} & ({ spec: string; summary: string; snapshot: '' } | OldRow)

/** A row as it is read. */
export function rowOf(row: StoredRow): JobRow {
  const { seq, status, revision, slot, wake_by_ms, waits_ms, edits, dataset_given, withdrawn = null, ...stored } = row
  const parsed = stored.spec === null ? null : parse(stored)
  const job = parsed === null ? jobOf(stored, status, revision) : jobFrom(parsed, status, revision, edits)
  const waits = slot === null && (status === 'queued' || (status === 'paused' && waits_ms !== null))
  const { spec, summary } = parsed ?? { spec: specOf(job), summary: null }
  const waiting = summary?.waitingEdits ?? []
  const recording = summary?.recorded
  const recorded = recordedOf(recording)
  const given = dataset_given === null ? null : (JSON.parse(dataset_given) as GivenDataset)
  return {
    ...{ seq, status, revision, slot, wakeDeadlineMs: wake_by_ms, waits },
    ...{ job, recorded, isCut: recording !== undefined && isCut(recording), spec, edits: waiting, given, withdrawn },
  }
}

/** How a job stands in its row: what creation decided, and what has become of it. Both are the domain's own, in JSON. */
export type StoredJob = { spec: string; summary: string }

/** What older rows hold instead of both: the job as shown by the API. */
type OldRow = { spec: null; summary: null; snapshot: string }

/** The version of the `summary`'s shape; rows of other versions are upcast when read. */
const SUMMARY_VERSION = 2

/** The part of a job kept in its row; its runs, which only the times of its points need, stay in the object. */
type Summary = { v: typeof SUMMARY_VERSION } & Pick<
  Job,
  'trainer' | 'startedMs' | 'changedMs' | 'preparedMs' | 'activeMs' | 'validatedMs' | 'completedMs' | 'errorMessage'
> & {
    notes?: string
    tags?: string[]
    waitingEdits?: JobEvent[]
    awaitsSlot?: Job['awaitsSlot']
    /** Of a job that runners train, with the shown attempt alone. */
    attempts?: Attempts
    /** Of one of them in training: the runs by which its end is estimated. */
    runs?: Run[]
    recorded?: StoredRecording
  }

/** @param recorded what was reported of the job; missing: nothing */
export function storedJob(job: Job, recorded?: Recorded): StoredJob {
  const { trainer, startedMs, changedMs, preparedMs, activeMs, validatedMs, completedMs, errorMessage } = job
  const summary: Summary = {
    v: SUMMARY_VERSION,
    trainer,
    startedMs,
    changedMs,
    preparedMs,
    activeMs,
    validatedMs,
    completedMs,
    errorMessage,
    ...(job.edits === 0 ? {} : { notes: job.notes, tags: job.tags }),
    ...(job.awaitsSlot === null ? {} : { awaitsSlot: job.awaitsSlot }),
    ...(job.attempts === noAttempts ? {} : { attempts: shownOnly(job.attempts) }),
    ...(job.status === 'training' && job.trainer.kind !== 'simulated' ? { runs: runsOfPace(job) } : {}),
    ...(recorded !== undefined && hasContent(recorded) ? { recorded: storedRecording(recorded) } : {}),
  }
  return { spec: JSON.stringify(specOf(job)), summary: JSON.stringify(summary) }
}

const hasContent = ({ summary: { points, lines }, run }: Recorded): boolean =>
  points > 0 || lines > 0 || run.changes > 0

/** Of all attempts the one that is shown, without its secrets. */
function shownOnly(attempts: Attempts): Attempts {
  const attempt = shownAttempt(attempts)
  if (attempt === null) return { ...attempts, all: [], rewinds: [] }
  const { formerHashes: _, ...shown } = attempt
  return { ...attempts, all: [{ ...shown, tokenHash: '' }], rewinds: [] }
}

/** A queued job's row after further edits. */
export function waitingJob({ spec, edits }: Pick<JobRow, 'spec' | 'edits'>, further: readonly JobEvent[]): StoredJob {
  const { summary } = storedJob(pendingJob(spec))
  const waitingEdits = [...edits, ...further]
  return { spec: JSON.stringify(spec), summary: JSON.stringify({ ...JSON.parse(summary), waitingEdits }) }
}

/** The job in a row. */
export function jobOf(row: StoredJob | OldRow, status: JobStatus, revision: number, edits = 0): Job {
  if (row.spec === null) return upcast(JSON.parse(row.snapshot) as JobSnapshot, revision)
  return jobFrom(parse(row), status, revision, edits)
}

type ParsedJob = { spec: JobSpec; summary: Summary }

const parse = ({ spec, summary }: StoredJob): ParsedJob => ({ spec: JSON.parse(spec), summary: JSON.parse(summary) })

function jobFrom({ spec, summary }: ParsedJob, status: JobStatus, revision: number, edits: number): Job {
  const { v: _, waitingEdits, recorded: __, ...state } = summary
  const job = { ...pendingJob(spec), ...state, status, revision }
  return waitingEdits === undefined ? { ...job, edits } : waitingEdits.reduce<Job>(evolve, job)
}

/** A job that has not been started. Its object starts a log of its own. */
export const pendingJob = (spec: JobSpec): Job => evolve(null, create(spec, trainerBeforeStart(spec)))

/**
 * Rows without a version hold what the API showed when they were written, which does not include the simulation speed: a
 * list may show a resumed job in training at a wrong step until its row is written again. All jobs were simulated then.
 */
function upcast(shown: JobSnapshot, revision: number): Job {
  const { id, config, total_documents, created_at, created_by, status } = shown
  const createdMs = Date.parse(created_at)
  const pending = pendingJob({ id, config, totalDocuments: total_documents, createdMs, createdBy: created_by })
  const totalSteps = config.epochs * STEPS_PER_EPOCH
  const step = Math.round((shown.progress / 100) * totalSteps)
  const startedMs = timeOf(shown.started_at)
  const completedMs = timeOf(shown.completed_at)
  const endMs = timeOf(shown.estimated_completion)
  const hasJustBegun = status === 'training' && step === 0 && startedMs !== null && endMs !== null
  const stepMs = hasJustBegun ? (endMs - startedMs) / (totalSteps + 1) : planSimulation(1, null).stepMs
  const job: Job = {
    ...pending,
    trainer: { kind: 'simulated', stepMs, failsAtStep: status === 'failed' ? step : null },
    status,
    revision,
    startedMs,
    activeMs: Math.max(0, activeMsAt(step, { stepMs, failsAtStep: null })),
    completedMs,
    errorMessage: shown.error_message,
  }
  if (endMs === null) return { ...job, changedMs: completedMs ?? createdMs }
  const { remainingMs } = viewOf(job, job.changedMs).progress
  return { ...job, changedMs: endMs - (remainingMs ?? 0) }
}

const timeOf = (timestamp: string | null): number | null => (timestamp === null ? null : Date.parse(timestamp))
