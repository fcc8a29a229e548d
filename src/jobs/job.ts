import { COMPLETION_TRIES_MAX, PAUSES_MAX } from '../limits.ts'
import type { VersionName } from '../models/version-name.ts'
import type { TrainingConfig } from './schema.ts'
import { activeMsAt, lastStep, type Simulation, STEPS_PER_EPOCH, stepAt } from './simulation.ts'
import { type FinalStatus, isFinal, type JobStatus, mayBeDeleted } from './status.ts'

/** What creation decides about a job, once and for all. */
export type JobSpec = {
  id: string
  config: TrainingConfig
  totalDocuments: number
  createdMs: number
  /** Who asked for it; `null`: not known. */
  createdBy: string | null
}

/** A stretch of uninterrupted training: when it began, and how many milliseconds had been trained before. */
export type Run = { startedMs: number; activeMsBefore: number }

/** A job as the events so far have made it. All times are Unix milliseconds, whole. */
export type Job = JobSpec & {
  simulation: Simulation
  /** The place of its row in the register's order; `null`: not known. */
  seq: number | null
  /** Events so far. */
  revision: number
  status: JobStatus
  /** When the last event happened: no later one happens before it, whatever the clock says. */
  changedMs: number
  /** When training began for the first time; `null` before. */
  startedMs: number | null
  runs: Run[]
  /** Milliseconds trained until the last pause or end. While training, the current run comes on top. */
  activeMs: number
  pauses: number
  /** When validation was over; from then on the job becomes completed, or fails if that is refused too often. */
  validatedMs: number | null
  /** How often the register has refused the completion. */
  refusals: number
  /** What the job's version is called; `null` while there is none, and for jobs completed before this was noted. */
  version: VersionName | null
  /** When the job reached its final state. */
  completedMs: number | null
  errorMessage: string | null
  deleted: boolean
}

type JobEventBody =
  | { type: 'created'; spec: JobSpec; simulation: Simulation; seq?: number }
  | { type: 'preparation_started' }
  | { type: 'training_started' }
  | { type: 'paused' }
  | { type: 'resumed' }
  | { type: 'validation_started' }
  | { type: 'validated' }
  | { type: 'completion_refused'; message: string }
  | { type: 'completed'; version?: VersionName }
  | { type: 'failed'; message: string }
  | { type: 'cancelled' }
  | { type: 'deleted' }

/**
 * Something that happened to a job. `actor` is who asked for it; missing: nobody, it came by itself. Events are kept for
 * ever: their shapes may grow, never change.
 */
export type JobEvent = JobEventBody & { atMs: number; actor?: string }

export const commands = ['pause', 'resume', 'cancel', 'delete'] as const
export type Command = (typeof commands)[number]

type Refusals = {
  pause: { reason: 'not_running' | 'paused_too_often' }
  resume: { reason: 'not_paused' }
  cancel: { reason: 'already'; status: FinalStatus | 'validating' }
  delete: { reason: 'running' }
}

/** Why a command is not carried out. */
export type Refusal<C extends Command = Command> = Refusals[C]

/** The events that a command leads to, or why it is refused. Takes the advanced job; changes nothing. */
export function decide(job: Job, command: Command, nowMs: number): JobEvent[] | Refusal {
  const atMs = Math.max(nowMs, job.changedMs)
  switch (command) {
    case 'pause':
      if (job.status !== 'training') return { reason: 'not_running' }
      return job.pauses < PAUSES_MAX ? [{ type: 'paused', atMs }] : { reason: 'paused_too_often' }
    case 'resume':
      return job.status === 'paused' ? [{ type: 'resumed', atMs }] : { reason: 'not_paused' }
    case 'cancel':
      if (isFinal(job.status)) return { reason: 'already', status: job.status }
      return job.validatedMs === null ? [{ type: 'cancelled', atMs }] : { reason: 'already', status: 'validating' }
    case 'delete':
      return mayBeDeleted(job.status) ? [{ type: 'deleted', atMs }] : { reason: 'running' }
  }
}

/** The milestones that are due: what happened to the job by itself until now. Changes nothing. */
export function advance(job: Job, nowMs: number): JobEvent[] {
  const events: JobEvent[] = []
  let current = job
  for (;;) {
    const milestone = nextMilestone(current)
    if (milestone === null || milestone.atMs > nowMs) return events
    events.push(milestone)
    current = evolve(current, milestone)
  }
}

/** When the job wants to be advanced next; `null` when only a command, or D1, moves it on. */
export function nextWakeMs(job: Job): number | null {
  return nextMilestone(job)?.atMs ?? null
}

function nextMilestone(job: Job): JobEvent | null {
  const stepLaterMs = job.changedMs + activeMsAt(1, job.simulation)
  switch (job.status) {
    case 'queued':
      return { type: 'preparation_started', atMs: job.changedMs }
    case 'preparing':
      return { type: 'training_started', atMs: stepLaterMs }
    case 'training':
      return endOfTraining(job)
    case 'validating':
      return job.validatedMs === null ? { type: 'validated', atMs: stepLaterMs } : null
    case 'paused':
    case 'completed':
    case 'failed':
    case 'cancelled':
      return null
  }
}

function endOfTraining(job: Job): JobEvent {
  const step = lastStep(totalSteps(job), job.simulation)
  const atMs = job.changedMs + Math.max(0, activeMsAt(step, job.simulation) - job.activeMs)
  if (step !== job.simulation.failsAtStep) return { type: 'validation_started', atMs }
  return { type: 'failed', atMs, message: `Simulated training failure at step ${step}` }
}

/** The first event of a job, which happened when it was asked for. `seq`: of its row in the register. */
export function create(spec: JobSpec, simulation: Simulation, seq?: number): JobEvent {
  const event: JobEvent = { type: 'created', atMs: spec.createdMs, spec, simulation }
  if (seq !== undefined) event.seq = seq
  if (spec.createdBy !== null) event.actor = spec.createdBy
  return event
}

/** The events with which a job that has been given a slot begins, however long it has waited for that. */
export function start(created: JobEvent, nowMs: number): JobEvent[] {
  return [created, { type: 'preparation_started', atMs: Math.max(nowMs, created.atMs) }]
}

/** What comes of a completion that the register refuses and that repeating has not mended: it fails in the end. */
export function refuseCompletion(job: Job, reason: string, nowMs: number): JobEvent {
  const atMs = Math.max(nowMs, job.changedMs)
  const message = `The model version cannot be registered: ${reason}`
  return { type: job.refusals + 1 < COMPLETION_TRIES_MAX ? 'completion_refused' : 'failed', atMs, message }
}

/** The job after an event. Only `created` takes no job. */
export function evolve(job: Job | null, event: JobEvent): Job {
  if (event.type === 'created') {
    const { spec, simulation, atMs, seq = null } = event
    return { ...spec, ...newborn, createdBy: spec.createdBy ?? null, simulation, seq, changedMs: atMs }
  }
  if (job === null) throw new Error(`The event log begins with ${event.type}`)
  return { ...job, ...change(job, event), revision: job.revision + 1, changedMs: event.atMs }
}

const newborn = {
  revision: 1,
  status: 'queued' as JobStatus,
  startedMs: null,
  runs: [],
  activeMs: 0,
  pauses: 0,
  validatedMs: null,
  refusals: 0,
  version: null,
  completedMs: null,
  errorMessage: null,
  deleted: false,
}

function change(job: Job, event: Exclude<JobEvent, { type: 'created' }>): Partial<Job> {
  const { atMs } = event
  const stopClock = { activeMs: activeMsOf(job, atMs) }
  const startClock = { runs: [...job.runs, { startedMs: atMs, activeMsBefore: job.activeMs }] }
  switch (event.type) {
    case 'preparation_started':
      return { status: 'preparing' }
    case 'training_started':
      return { status: 'training', startedMs: atMs, ...startClock }
    case 'paused':
      return { status: 'paused', pauses: job.pauses + 1, ...stopClock }
    case 'resumed':
      return { status: 'training', ...startClock }
    case 'validation_started':
      return { status: 'validating', ...stopClock }
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
      }
    case 'failed':
      return { status: 'failed', completedMs: atMs, errorMessage: event.message, ...stopClock }
    case 'cancelled':
      return { status: 'cancelled', completedMs: atMs, ...stopClock }
    case 'deleted':
      return { deleted: true }
  }
}

/** Steps of the whole training. */
export const totalSteps = (job: Pick<Job, 'config'>): number => job.config.epochs * STEPS_PER_EPOCH

/** Whether the job must hold a slot: from creation to its end, except while paused. */
export const holdsSlot = (job: Job): boolean => job.status !== 'paused' && !isFinal(job.status)

/** Whole milliseconds trained until now, without pauses, held at the end of the training. */
export function activeMsOf(job: Job, nowMs: number): number {
  if (job.status !== 'training') return job.activeMs
  const endMs = activeMsAt(lastStep(totalSteps(job), job.simulation), job.simulation)
  return Math.min(endMs, job.activeMs + Math.max(0, nowMs - job.changedMs))
}

/** The step reached now, 0 … total, held at the end of the training until that is committed. */
export function stepOf(job: Job, nowMs: number): number {
  return Math.min(lastStep(totalSteps(job), job.simulation), stepAt(activeMsOf(job, nowMs), job.simulation))
}

/** History points so far: one for each step begun, 0 … total. */
export function pointsOf(job: Job, nowMs: number): number {
  return job.startedMs === null ? 0 : Math.min(totalSteps(job), stepOf(job, nowMs) + 1)
}
