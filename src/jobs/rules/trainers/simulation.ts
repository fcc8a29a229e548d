/** The arithmetic of the simulated trainer: a closed form of time. */
import { progressAt } from '../progress.ts'
import type { Simulation } from '../types.ts'

/** Steps in one epoch, as in the reference. */
export const STEPS_PER_EPOCH = 100

/** Milliseconds of one step at speed 1; preparing and validating last one step each. */
const STEP_MS = 500

/** Megabytes (10⁶ bytes) of a simulated model, as in the reference. */
export const MODEL_SIZE_MB = 245.7

/** The simulation at a speed (1: as the reference), failing at a step or never. */
export function planSimulation(speed: number, failsAtStep: number | null): Simulation {
  return { stepMs: STEP_MS / speed, failsAtStep }
}

/** Milliseconds that absorb the rounding of a fractional step time: three steps of 500/3 ms are 500 ms, not 501. */
const ROUNDING_MS = 1e-7

/** The whole milliseconds of training after which a step is reached. */
export function activeMsAt(step: number, simulation: Simulation): number {
  return Math.ceil(step * simulation.stepMs - ROUNDING_MS)
}

/** The step reached after so many whole milliseconds of training: the inverse of `activeMsAt`, rounding included. */
export function stepAt(activeMs: number, simulation: Simulation): number {
  const step = Math.floor(activeMs / simulation.stepMs)
  return activeMsAt(step + 1, simulation) <= activeMs ? step + 1 : step
}

/** The step at which the training ends, in success or in failure. */
export function lastStep(totalSteps: number, simulation: Simulation): number {
  return Math.min(totalSteps, simulation.failsAtStep ?? totalSteps)
}

/** The metrics after a step. Losses have 4 digits, the others 3. */
export type StepMetrics = {
  loss: number
  val_loss: number
  precision: number
  recall: number
  f1_score: number
  accuracy: number
}

/**
 * The simulated metrics at step k of n, 0 ≤ k < n. Formula and order of operations are the reference's, so that every
 * digit is the same.
 */
export function metricsAt(step: number, totalSteps: number): StepMetrics {
  const progress = progressAt(step, totalSteps)
  const baseLoss = 0.8 * (1 - progress / 100) + 0.1
  const loss = baseLoss + 0.05 * (0.5 - (step % STEPS_PER_EPOCH) / 100)
  return {
    loss: round(loss, 4),
    val_loss: round(loss * 1.1, 4),
    precision: round(0.5 + progress / 200, 3),
    recall: round(0.45 + progress / 200, 3),
    f1_score: round(0.47 + progress / 200, 3),
    accuracy: round(0.6 + progress / 250, 3),
  }
}

/**
 * Rounds as Python's `round` does: by the exact binary value, and a true tie to the even digit. `toFixed` differs only
 * in ties, which it rounds up. A double is a tie at d digits exactly when it is an odd multiple of 2^-(d+1): a tie is
 * (2m+1)/(2·10^d), whose denominator keeps only its power of two when the value is a binary fraction.
 */
function round(value: number, digits: number): number {
  const rounded = Number(value.toFixed(digits))
  const isTie = Math.abs((value * 2 ** (digits + 1)) % 2) === 1
  if (!isTie) return rounded
  const units = Math.floor(value * 10 ** digits)
  return (units % 2 === 0 ? units : units + 1) / 10 ** digits
}
