import { compose } from './object/parts.ts'
import type { experiments } from './register/experiments.ts'

export type { Experiment } from './register/experiments.ts'

/** The experiments by which clients of MLflow group runs. */
export function experimentsOf(bindings: Env): ReturnType<typeof experiments> {
  const env = compose(bindings)
  return env.parts.register(env.DB)
}
