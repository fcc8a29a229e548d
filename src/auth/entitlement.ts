import { hasRole } from '../shared/role.ts'
import type { Credential } from './credential.ts'
import type { Requirement } from './permissions.ts'

/**
 * Why a credential may not use a route that requires something; `null`: it may.
 *
 * @param namedJob the job that the request names, if its route is open to job tokens
 */
export function whyForbidden(
  credential: Credential,
  required: Requirement | 'nobody',
  namedJob: string | null,
): string | null {
  if (credential.kind === 'job') {
    return namedJob === credential.jobToken.jobId ? null : 'A job token opens its own attempt only'
  }
  if (required === 'anyone') return null
  if (required === 'job') return "Requires the token of the job's attempt"
  const isAllowed = required !== 'nobody' && hasRole(credential.role, required)
  return isAllowed ? null : `Requires role ${required}; you have ${credential.role}`
}
