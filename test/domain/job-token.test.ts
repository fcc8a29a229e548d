import { describe, expect, test } from 'vitest'
import type { Credential } from '../../src/auth/credential.ts'
import { whyForbidden } from '../../src/auth/entitlement.ts'
import { jobOfToken, newJobToken } from '../../src/auth/job-token.ts'
import type { Requirement } from '../../src/auth/permissions.ts'
import { isToken, newToken } from '../../src/auth/token.ts'
import { withoutTokens } from '../../src/platform/token-pattern.ts'
import { type Role, roles } from '../../src/shared/role.ts'

const jobId = 'c0ffee00-0000-4000-8000-00000000000a'
const otherId = 'c0ffee00-0000-4000-8000-00000000000b'

describe('a job token', () => {
  test('names its job, and has 256 random bits', () => {
    const tokens = Array.from({ length: 50 }, () => newJobToken(jobId))
    for (const token of tokens) {
      expect(token).toMatch(new RegExp(`^stj_${jobId}_[A-Za-z0-9_-]{43}$`))
      expect(jobOfToken(token)).toBe(jobId)
      expect(isToken(token)).toBe(false)
    }
    expect(new Set(tokens.map((token) => token.slice(-43, -37))).size).toBe(50)
  })

  const secret = 'A'.repeat(43)
  test.each([
    '',
    newToken(),
    `stj_${jobId}`,
    `stj_${jobId}_`,
    `stj_${jobId}_${secret.slice(1)}`,
    `stj_${jobId}_${secret}A`,
    `stj_${jobId}_${secret}\n`,
    ` stj_${jobId}_${secret}`,
    `stj_${jobId}${secret}`,
    `stj_${jobId.toUpperCase()}_${secret}`,
    `stj_${jobId.slice(1)}_${secret}`,
    `STJ_${jobId}_${secret}`,
    `stj_${jobId}_${secret.slice(1)}+`,
    `stw_${jobId}_${secret}`,
  ])('is not: %j', (text) => {
    expect(jobOfToken(text)).toBe(null)
  })

  test('is redacted wherever it stands in a text, as API tokens are', () => {
    const [job, api] = [newJobToken(jobId), newToken()]
    expect(withoutTokens(`/jobs/${job}/x/${api}.${job}`)).toBe('/jobs/stj_…/x/stw_….stj_…')
    expect(withoutTokens(`${job}${api}`)).toBe('stj_…stw_…')
    expect(withoutTokens(`stj_${jobId} stw_`)).toBe(`stj_${jobId} stw_`)
  })
})

const caller = { name: 'x', actor: 'x', expiresMs: null, tokenId: null }
const withRole = (role: Role): Credential => ({ ...caller, kind: 'token', role })
const attempt: Credential = { ...caller, kind: 'job', jobToken: { jobId, hash: 'h' } }

/** Which roles have each requirement. */
const allowed: [Requirement | 'nobody', Role[]][] = [
  ['anyone', ['viewer', 'operator', 'admin', 'runner']],
  ['viewer', ['viewer', 'operator', 'admin']],
  ['operator', ['operator', 'admin']],
  ['admin', ['admin']],
  ['runner', ['admin', 'runner']],
  ['job', []],
  ['nobody', []],
]

test.each(allowed)('what requires %s is allowed to %j', (required, may) => {
  expect(roles.filter((role) => whyForbidden(withRole(role), required, null) === null)).toEqual(may)
  // That a request names a job makes no difference to a role.
  expect(roles.filter((role) => whyForbidden(withRole(role), required, jobId) === null)).toEqual(may)
})

test.each(allowed)('a job token is allowed what requires %s only where the request names its job', (required) => {
  expect(whyForbidden(attempt, required, jobId)).toBe(null)
  for (const named of [null, otherId, '', jobId.toUpperCase()]) {
    expect(whyForbidden(attempt, required, named)).toBe('A job token opens its own attempt only')
  }
})

test('the reason names what is required', () => {
  expect(whyForbidden(withRole('admin'), 'job', jobId)).toBe("Requires the token of the job's attempt")
  expect(whyForbidden(withRole('runner'), 'viewer', null)).toBe('Requires role viewer; you have runner')
  expect(whyForbidden(withRole('operator'), 'runner', null)).toBe('Requires role runner; you have operator')
})
