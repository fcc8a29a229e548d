import { z } from 'zod'
import { WATCHERS_PER_JOB_MAX } from './limits.ts'

/** What an operator may set, read from the Worker's vars. wrangler.toml says what each means. */
export type Settings = {
  maxActiveJobs: number
  maxWatchersPerJob: number
  maxStreamsPerCredential: number
  simulationSpeed: number
  /** `null`: a simulated training never throws. */
  simulationFailsAt: number | null
}

/** The Worker's vars as they come: always text, even when they look like numbers. */
export type Vars = {
  MAX_ACTIVE_JOBS?: string
  MAX_WATCHERS_PER_JOB?: string
  MAX_STREAMS_PER_CREDENTIAL?: string
  SIMULATION_SPEED?: string
  SIMULATION_FAILS_AT?: string
}

const whole = (min: number, max: number) =>
  z.stringFormat('whole number', /^\d+$/).transform(Number).pipe(z.number().min(min).max(max))

const schema = z.object({
  MAX_ACTIVE_JOBS: whole(1, 100).default(1),
  MAX_WATCHERS_PER_JOB: whole(1, WATCHERS_PER_JOB_MAX).default(1_000),
  MAX_STREAMS_PER_CREDENTIAL: whole(1, 10_000).default(50),
  SIMULATION_SPEED: z
    .stringFormat('decimal number', /^\d+(\.\d+)?$/)
    .transform(Number)
    .pipe(z.number().min(0.01).max(1_000))
    .default(1),
  SIMULATION_FAILS_AT: z
    .literal('')
    .transform(() => null)
    .or(whole(0, 10_000))
    .default(null),
})

/**
 * The settings in the given vars; a var that is missing has its default.
 *
 * @throws Error naming the var, when one is out of its range: a misspelt setting must not run as another.
 */
export function readSettings(vars: Vars): Settings {
  const read = schema.safeParse(vars)
  if (!read.success) {
    const issue = read.error.issues[0]
    throw new Error(`The var ${issue?.path.join('.')} is not valid: ${issue?.message}. See wrangler.toml.`)
  }
  return {
    maxActiveJobs: read.data.MAX_ACTIVE_JOBS,
    maxWatchersPerJob: read.data.MAX_WATCHERS_PER_JOB,
    maxStreamsPerCredential: read.data.MAX_STREAMS_PER_CREDENTIAL,
    simulationSpeed: read.data.SIMULATION_SPEED,
    simulationFailsAt: read.data.SIMULATION_FAILS_AT,
  }
}
