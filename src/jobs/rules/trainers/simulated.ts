import { isFinal } from '../../../shared/job-status.ts'
import { thinned } from '../thinning.ts'
import type { Curve, JobEvent, Metrics, Point, Progress, Range, Thinned } from '../types.ts'
import { activeMsAt, lastStep, MODEL_SIZE_MB, metricsAt, STEPS_PER_EPOCH, stepAt } from './simulation.ts'
import type { JobOf, TrainerRules } from './trainer.ts'

type Job = JobOf<'simulated'>

/** The simulated trainer: everything follows from the start of training, the time trained before, and the clock. */
export const simulated: TrainerRules<'simulated'> = {
  start: (_, atMs) => [{ type: 'preparation_started', atMs }],
  next,
  overdue: (_, milestone) => milestone,
  mayBePaused: ({ status }) => status === 'preparing' || status === 'training',
  pause: (_, atMs) => [{ type: 'paused', atMs }],
  withdrawPause: () => ({ reason: 'not_paused' }),
  cancel: (_, atMs) => [{ type: 'cancelled', atMs }],
  giveUp: () => ({ reason: 'no_attempt' }),
  resumed: ({ startedMs }) => ({ status: startedMs === null ? 'preparing' : 'training' }),
  activeMs,
  curve: (job, nowMs) => new ComputedCurve(job, pointsOf(job, nowMs)),
  progress,
  modelSizeMb: () => MODEL_SIZE_MB,
  movesByClock: true,
}

/** The metrics of a point, the most important first. */
const pointMetrics = ['loss', 'val_loss', 'learning_rate', 'accuracy']

/** The metrics of an untrained model, as in the reference. */
const untrained: Metrics = { loss: 1, val_loss: 1, precision: 0, recall: 0, f1_score: 0, accuracy: 0 }

const totalSteps = (job: Job): number => job.config.epochs * STEPS_PER_EPOCH
/** The step at which the training ends, in success or in failure. */
const endStep = (job: Job): number => lastStep(totalSteps(job), job.trainer)
const oneStepMs = (job: Job): number => activeMsAt(1, job.trainer)
/** What is left of preparing when the job begins or resumes that. */
const preparationMs = (job: Job): number => Math.max(0, oneStepMs(job) - job.preparedMs)

function next(job: Job): JobEvent | null {
  switch (job.status) {
    case 'queued':
      return { type: 'preparation_started', atMs: job.changedMs }
    case 'preparing':
      return { type: 'training_started', atMs: job.changedMs + preparationMs(job) }
    case 'training':
      return endOfTraining(job)
    case 'validating':
      return job.validatedMs === null ? { type: 'validated', atMs: job.changedMs + oneStepMs(job) } : null
    case 'paused':
    case 'completed':
    case 'failed':
    case 'cancelled':
      return null
  }
}

function endOfTraining(job: Job): JobEvent {
  const step = endStep(job)
  const atMs = job.changedMs + Math.max(0, activeMsAt(step, job.trainer) - job.activeMs)
  if (step !== job.trainer.failsAtStep) return { type: 'validation_started', atMs }
  return { type: 'failed', atMs, message: `Simulated training failure at step ${step}` }
}

/** Held at the end of the training until that is committed. */
function activeMs(job: Job, nowMs: number): number {
  if (job.status !== 'training') return job.activeMs
  const endMs = activeMsAt(endStep(job), job.trainer)
  return Math.min(endMs, job.activeMs + Math.max(0, nowMs - job.changedMs))
}

/** The step reached now, 0 … total, held at the end of the training until that is committed. */
function stepOf(job: Job, nowMs: number): number {
  return Math.min(endStep(job), stepAt(activeMs(job, nowMs), job.trainer))
}

/** Points so far: one for each step begun, 0 … total. */
function pointsOf(job: Job, nowMs: number): number {
  return job.startedMs === null ? 0 : Math.min(totalSteps(job), stepOf(job, nowMs) + 1)
}

/** Everything about it is known at all times. */
type KnownProgress = Progress & { totalSteps: number; epoch: number; remainingMs: number }

function progress(job: Job, nowMs: number): KnownProgress {
  const step = stepOf(job, nowMs)
  const points = pointsOf(job, nowMs)
  const changesByItself = job.status !== 'queued' && next(job) !== null
  return {
    step,
    totalSteps: totalSteps(job),
    epoch: job.startedMs === null ? 0 : Math.min(epochOf(step), job.config.epochs),
    activeMs: activeMs(job, nowMs),
    remainingMs: remainingMs(job, nowMs),
    expectedEndMs: changesByItself ? job.changedMs + remainingMs(job, job.changedMs) : null,
    latest: {
      ...(points === 0 ? untrained : metricsAt(points - 1, totalSteps(job))),
      learning_rate: job.config.learning_rate,
    },
  }
}

const epochOf = (step: number): number => Math.floor(step / STEPS_PER_EPOCH) + 1

/** Validation included. */
function remainingMs(job: Job, nowMs: number): number {
  if (isFinal(job.status)) return 0
  const passedMs = Math.max(0, nowMs - job.changedMs)
  const trainingMs = activeMsAt(endStep(job), job.trainer) - activeMs(job, nowMs)
  switch (job.status) {
    case 'queued':
      return oneStepMs(job) + trainingMs + oneStepMs(job)
    case 'preparing':
      return Math.max(0, preparationMs(job) - passedMs) + trainingMs + oneStepMs(job)
    case 'paused':
      return (job.startedMs === null ? preparationMs(job) : 0) + trainingMs + oneStepMs(job)
    case 'training':
      return trainingMs + oneStepMs(job)
    case 'validating':
      return Math.max(0, oneStepMs(job) - passedMs)
  }
}

/** The curve as a closed form: point k is that of step k. Nothing is stored. */
class ComputedCurve implements Curve {
  readonly #job: Job
  readonly length: number
  readonly lengthMax: number
  readonly names = pointMetrics

  constructor(job: Job, length: number) {
    this.#job = job
    this.length = length
    this.lengthMax = totalSteps(job)
  }

  slice(from: number, to: number): Point[] {
    const count = Math.max(0, Math.min(to, this.length) - from)
    return Array.from({ length: count }, (_, i) => this.#at(from + i))
  }

  reach(_: number, to: number): number {
    return to
  }

  between(fromStep: number, toStep: number): Point[] {
    return this.slice(Math.max(0, fromStep), toStep + 1)
  }

  last(count: number): Point[] {
    return this.slice(Math.max(0, this.length - count), this.length)
  }

  thin({ fromStep, toStep, maxPoints }: Range): Thinned {
    return thinned(this.between(fromStep, toStep), maxPoints, pointMetrics)
  }

  #at(step: number): Point {
    const { learning_rate } = this.#job.config
    const { loss, val_loss, accuracy } = metricsAt(step, totalSteps(this.#job))
    const metrics = { loss, val_loss, accuracy, learning_rate }
    return { step, epoch: epochOf(step), timestampMs: reachedMs(this.#job, step), metrics }
  }
}

/** When a step was reached: in the last run that began before it. A step reached exactly at a pause belongs before it. */
function reachedMs(job: Job, step: number): number {
  const activeMs = activeMsAt(step, job.trainer)
  const run = job.runs.findLast((one) => one.activeMsBefore < activeMs) ?? job.runs[0]
  return run === undefined ? job.changedMs : run.startedMs + activeMs - run.activeMsBefore
}
