import type { Context } from 'hono'
import { createAttempts } from './attempts.ts'
import type { AppEnv } from './env.ts'
import { requiredRole } from './required-role.ts'

const guard = (limiter: 'FAILED_AUTH_LIMITER' | 'RUNNER_AUTH_LIMITER', name: string) => ({
  limiter,
  /** The key under which the limiter counts a network. */
  keyOf: (network: string) => `${name}${network}`,
  attempts: createAttempts(),
})

/**
 * What counts failed attempts, each by itself: a runner with a wrong token, or a training process that guesses, holds back
 * neither people nor other runners behind its address.
 */
export const guards = {
  general: guard('FAILED_AUTH_LIMITER', ''),
  claims: guard('RUNNER_AUTH_LIMITER', 'claims '),
  jobTokens: guard('RUNNER_AUTH_LIMITER', 'job tokens '),
}

/** The guard of a request. */
export function guardOf(c: Context<AppEnv>) {
  const required = requiredRole(c)
  // Not set before authentication, whatever its type says.
  const credential: AppEnv['Variables']['credential'] | undefined = c.get('credential')
  if (required === 'job' || credential?.kind === 'job') return guards.jobTokens
  return required === 'runner' ? guards.claims : guards.general
}
