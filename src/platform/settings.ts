import { z } from 'zod'
import { type RequestedTrainer, trainerKinds } from '../shared/trainers.ts'
import {
  ACTIVE_JOBS_MAX,
  ARTIFACT_GB_PER_JOB_DEFAULT,
  ARTIFACT_GB_PER_JOB_MAX,
  RUNNER_GIVEN_UP_AFTER_DEFAULT_S,
  RUNNER_LOST_AFTER_DEFAULT_S,
  SIMULATION_SPEED_MAX,
  SIMULATION_SPEED_MIN,
  STEP_MAX,
  STREAMS_PER_CREDENTIAL_MAX,
  WATCHERS_PER_JOB_MAX,
} from './limits.ts'
import { unlessChanged } from './unless-changed.ts'

/** The settings of the service, read from the Worker's vars; wrangler.toml explains each. */
export type Settings = {
  maxActiveJobs: number
  maxWatchersPerJob: number
  maxStreamsPerCredential: number
  simulationSpeed: number
  /** `null`: a simulated run never throws. */
  simulationFailsAt: number | null
  /** Who trains a job whose creation does not say so. */
  defaultTrainer: RequestedTrainer
  runnerLostAfterMs: number
  runnerGivenUpAfterMs: number
  /** Bytes of files that one job may have. */
  maxArtifactBytesPerJob: number
}

/** The Worker's vars, unparsed: always text, even when they look like numbers. */
export type Vars = {
  MAX_ACTIVE_JOBS?: string
  MAX_WATCHERS_PER_JOB?: string
  MAX_STREAMS_PER_CREDENTIAL?: string
  SIMULATION_SPEED?: string
  SIMULATION_FAILS_AT?: string
  DEFAULT_TRAINER?: string
  RUNNER_LOST_AFTER_S?: string
  RUNNER_GIVEN_UP_AFTER_S?: string
  MAX_ARTIFACT_GB_PER_JOB?: string
}

const text = z.string('must be text, in quotation marks')

const isBetween = (pattern: RegExp, min: number, max: number) => (value: string) =>
  pattern.test(value) && Number(value) >= min && Number(value) <= max

const whole = /^\d+$/
const integer = (min: number, max: number) =>
  text.refine(isBetween(whole, min, max), `must be a whole number from ${min} to ${max}`).transform(Number)

const simulationSpeedText = `must be a number from ${SIMULATION_SPEED_MIN} to ${SIMULATION_SPEED_MAX}`

const schema = z.object({
  MAX_ACTIVE_JOBS: integer(1, ACTIVE_JOBS_MAX).default(1),
  MAX_WATCHERS_PER_JOB: integer(1, WATCHERS_PER_JOB_MAX).default(1_000),
  MAX_STREAMS_PER_CREDENTIAL: integer(1, STREAMS_PER_CREDENTIAL_MAX).default(50),
  SIMULATION_SPEED: text
    .refine(isBetween(/^\d+(\.\d+)?$/, SIMULATION_SPEED_MIN, SIMULATION_SPEED_MAX), simulationSpeedText)
    .transform(Number)
    .default(1),
  SIMULATION_FAILS_AT: text
    .refine(
      (value) => value === '' || isBetween(whole, 0, STEP_MAX)(value),
      `must be empty, or a whole number from 0 to ${STEP_MAX}`,
    )
    .transform((value) => (value === '' ? null : Number(value)))
    .default(null),
  DEFAULT_TRAINER: z.enum(trainerKinds, `must be one of ${trainerKinds.join(', ')}`).default('simulated'),
  RUNNER_LOST_AFTER_S: integer(60, 24 * 60 * 60).default(RUNNER_LOST_AFTER_DEFAULT_S),
  RUNNER_GIVEN_UP_AFTER_S: integer(600, 30 * 24 * 60 * 60).default(RUNNER_GIVEN_UP_AFTER_DEFAULT_S),
  MAX_ARTIFACT_GB_PER_JOB: integer(1, ARTIFACT_GB_PER_JOB_MAX).default(ARTIFACT_GB_PER_JOB_DEFAULT),
})

/** The names of these vars. */
export const varNames: readonly string[] = Object.keys(schema.shape)

/**
 * The settings in the given vars, with defaults for missing ones.
 *
 * @throws Error naming a var that is not valid, with its range: a mistyped setting must not silently become another.
 */
export const readSettings = unlessChanged(varNames, (vars: Vars): Settings => {
  const parsed = schema.safeParse(vars)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw new Error(`The var ${issue?.path.join('.')} ${issue?.message}`)
  }
  return {
    maxActiveJobs: parsed.data.MAX_ACTIVE_JOBS,
    maxWatchersPerJob: parsed.data.MAX_WATCHERS_PER_JOB,
    maxStreamsPerCredential: parsed.data.MAX_STREAMS_PER_CREDENTIAL,
    simulationSpeed: parsed.data.SIMULATION_SPEED,
    simulationFailsAt: parsed.data.SIMULATION_FAILS_AT,
    defaultTrainer: parsed.data.DEFAULT_TRAINER,
    runnerLostAfterMs: parsed.data.RUNNER_LOST_AFTER_S * 1_000,
    runnerGivenUpAfterMs: parsed.data.RUNNER_GIVEN_UP_AFTER_S * 1_000,
    maxArtifactBytesPerJob: parsed.data.MAX_ARTIFACT_GB_PER_JOB * 1_000_000_000,
  }
})
