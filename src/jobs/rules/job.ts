import { COMPLETION_TRIES_MAX, GRACE_DEFAULT_S, PAUSES_MAX } from '../../platform/limits.ts'
import { isFinal, type JobStatus, mayBeDeleted } from '../../shared/job-status.ts'
import { type AttemptEvent, noAttempts } from './attempt.ts'
import { edited } from './edit.ts'
import { nothingRecorded } from './recorded.ts'
import type { Command, RuleRefusal } from './refusals.ts'
import { atRest, changeByAttempt, isAttemptEvent } from './trainers/attempt-changes.ts'
import { recordOf, trainerIn, trainerOf } from './trainers/index.ts'
import type { Job, JobEvent, JobSpec, Recorded, Trainer, View } from './types.ts'

/** How a command is carried out. */
export type CommandOptions = {
  /** Seconds that a training process has to save and end, counted from when its runner has seen the request. */
  graceS?: number
}

/** The events that a command leads to, or why it is refused. Takes the advanced job; changes nothing. */
export function decide(
  job: Job,
  command: Command,
  nowMs: number,
  { graceS = GRACE_DEFAULT_S }: CommandOptions = {},
): JobEvent[] | RuleRefusal {
  const atMs = Math.max(nowMs, job.loggedMs)
  const trainer = trainerOf(job)
  switch (command) {
    case 'pause':
      if (job.awaitsSlot === null && !trainer.mayBePaused(job)) return { reason: 'not_running' }
      if (job.pauses >= PAUSES_MAX) return { reason: 'paused_too_often' }
      return job.awaitsSlot === null ? trainer.pause(job, atMs, graceS) : [{ type: 'resume_withdrawn', atMs }]
    case 'resume':
      return job.status === 'paused' ? [{ type: 'resumed', atMs }] : trainer.withdrawPause(job, atMs)
    case 'cancel':
      if (isFinal(job.status)) return { reason: 'already', status: job.status }
      return job.validatedMs === null ? trainer.cancel(job, atMs, graceS) : { reason: 'already', status: 'validating' }
    case 'delete':
      return mayBeDeleted(job.status) ? [{ type: 'deleted', atMs }] : { reason: 'running' }
    case 'give_up':
      return trainer.giveUp(job, atMs)
  }
}

/** The event that puts a paused job into the queue, to be resumed once it is given a slot. Takes the advanced job. */
export const queueResume = (job: Job, nowMs: number): JobEvent => ({
  type: 'resume_queued',
  atMs: Math.max(nowMs, job.changedMs),
})

/** The event that resumes a job in the queue once it has a slot; `null`: it does not wait. */
export function resumeInTurn(job: Job, nowMs: number): JobEvent | null {
  if (job.awaitsSlot === null) return null
  const { actor } = job.awaitsSlot
  return { type: 'resumed', atMs: Math.max(nowMs, job.changedMs), ...(actor === null ? {} : { actor }) }
}

/** The due milestones: what happened to the job by itself until now. Changes nothing. */
export function advance(job: Job, nowMs: number): JobEvent[] {
  const events: JobEvent[] = []
  let current = job
  for (;;) {
    const trainer = trainerOf(current)
    const milestone = trainer.next(current)
    if (milestone === null || milestone.atMs > nowMs) return events
    const event = trainer.overdue(current, milestone, nowMs)
    events.push(event)
    current = evolve(current, event)
  }
}

/** When the job must be advanced next; `null` if only a command, or D1, changes it. */
export function nextWakeMs(job: Job): number | null {
  return trainerOf(job).next(job)?.atMs ?? null
}

/** The input of a creation. */
export const specOf = (spec: JobSpec): JobSpec => {
  const { id, config, totalDocuments, dataset, createdMs, createdBy, trainedBy, run, params, maxAttempts, resumeFrom } =
    spec
  return {
    id,
    config,
    totalDocuments,
    ...(dataset === undefined ? {} : { dataset }),
    createdMs,
    createdBy,
    ...(trainedBy === undefined ? {} : { trainedBy }),
    ...(run === undefined ? {} : { run }),
    ...(params === undefined ? {} : { params }),
    ...(maxAttempts === undefined ? {} : { maxAttempts }),
    ...(resumeFrom === undefined ? {} : { resumeFrom }),
  }
}

/** The first event of a job, at the time of the request. `seq`: of its row in the register. */
export function create(spec: JobSpec, trainer: Trainer, seq?: number): JobEvent {
  const event: JobEvent = { type: 'created', atMs: spec.createdMs, spec, ...recordOf(trainer) }
  if (seq !== undefined) event.seq = seq
  if (spec.createdBy !== null) event.actor = spec.createdBy
  return event
}

/** The first events of a job that was given a slot, however long it was queued and whatever was edited. */
export function start(beginning: readonly JobEvent[], nowMs: number): JobEvent[] {
  const job = beginning.reduce<Job | null>(evolve, null)
  if (job === null) throw new Error('A job begins with its creation')
  return [...beginning, ...trainerOf(job).start(job, Math.max(nowMs, job.loggedMs))]
}

/** The events of a completion that the register keeps refusing: the job eventually fails. */
export function refuseCompletion(job: Job, reason: string, nowMs: number): JobEvent {
  const atMs = Math.max(nowMs, job.loggedMs)
  const message = `The model version cannot be registered: ${reason}`
  return { type: job.refusals + 1 < COMPLETION_TRIES_MAX ? 'completion_refused' : 'failed', atMs, message }
}

/** The job after an event. Only `created` takes no job. */
export function evolve(job: Job | null, event: JobEvent): Job {
  if (event.type === 'created') {
    const { spec, atMs, seq = null } = event
    const trainer = trainerIn(event)
    const times = { changedMs: atMs, loggedMs: atMs }
    return { ...spec, ...initialState, createdBy: spec.createdBy ?? null, trainer, seq, ...times }
  }
  if (job === null) throw new Error(`The event log begins with ${event.type}`)
  const loggedMs = event.atMs
  if (event.type === 'edited') return { ...job, ...edited(job, event), loggedMs }
  const { atMs } = event
  const change = isAttemptEvent(event) ? changeByAttempt(job, event) : changeBy(job, event)
  const changed = { revision: job.revision + 1, changedMs: atMs, loggedMs }
  return { ...job, awaitsSlot: null, ...change, ...clockOf(job, change.status, atMs), ...changed }
}

/** Training time counts while a job is in training. */
function clockOf(job: Job, status: JobStatus = job.status, atMs: number): Partial<Job> {
  if (job.status === status) return {}
  if (job.status === 'training') return { activeMs: trainerOf(job).activeMs(job, atMs) }
  return status === 'training' ? { runs: [...job.runs, { startedMs: atMs, activeMsBefore: job.activeMs }] } : {}
}

const initialState = {
  revision: 1,
  edits: 0,
  notes: '',
  tags: [],
  status: 'queued' as JobStatus,
  startedMs: null,
  runs: [],
  activeMs: 0,
  pauses: 0,
  preparedMs: 0,
  awaitsSlot: null,
  validatedMs: null,
  refusals: 0,
  attempts: noAttempts,
  version: null,
  completedMs: null,
  errorMessage: null,
  deleted: false,
}

type OwnEvent = Exclude<JobEvent, AttemptEvent | { type: 'created' | 'edited' }>

function changeBy(job: Job, event: OwnEvent): Partial<Job> {
  const { atMs } = event
  switch (event.type) {
    case 'preparation_started':
      return { status: 'preparing' }
    case 'training_started':
      return { status: 'training', startedMs: job.startedMs ?? atMs }
    case 'paused': {
      const preparedMs = job.status === 'preparing' ? job.preparedMs + atMs - job.changedMs : job.preparedMs
      return { status: 'paused', pauses: job.pauses + 1, preparedMs, attempts: atRest(job, 'paused', atMs) }
    }
    case 'resume_queued':
      return { awaitsSlot: { sinceMs: atMs, actor: event.actor ?? null } }
    case 'resume_withdrawn':
      // Counts as a pause, which bounds the log.
      return { pauses: job.pauses + 1 }
    case 'resumed':
      return trainerOf(job).resumed(job, atMs)
    case 'validation_started':
      return { status: 'validating' }
    case 'validated':
      return { validatedMs: atMs }
    case 'completion_refused':
      return { refusals: job.refusals + 1, errorMessage: event.message }
    case 'completed':
      return {
        status: 'completed',
        completedMs: job.validatedMs ?? atMs,
        version: event.version ?? null,
        errorMessage: null,
        attempts: atRest(job, 'completed', atMs),
      }
    case 'failed':
      return {
        status: 'failed',
        completedMs: atMs,
        errorMessage: event.message,
        attempts: atRest(job, 'failed', atMs),
      }
    case 'cancelled':
      return { status: 'cancelled', completedMs: atMs, attempts: atRest(job, 'cancelled', atMs) }
    case 'deleted':
      return { deleted: true, attempts: atRest(job, 'cancelled', atMs) }
  }
}

/** Whether the job must hold a slot: from creation to its end, except while paused. What a script trains itself needs none. */
export const holdsSlot = ({ status, deleted, trainer }: Job): boolean =>
  trainer.kind !== 'mlflow' && !deleted && status !== 'paused' && !isFinal(status)

/** A job at a moment. `recorded`: what was reported of it, if a trainer reports. */
export function viewOf(job: Job, nowMs: number, recorded: Recorded = nothingRecorded): View {
  const trainer = trainerOf(job)
  return {
    job,
    progress: trainer.progress(job, nowMs, recorded),
    curve: trainer.curve(job, nowMs, recorded),
    summary: recorded.summary,
    run: recorded.run,
  }
}
