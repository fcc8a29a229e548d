import { env } from 'cloudflare:workers'
import { type RoundTrip, wrapD1 } from '../../src/platform/d1.ts'

const passThrough: RoundTrip = (_, send) => send()
let roundTrip = passThrough

/** Replaces the D1 binding of the tests, the Worker and its objects by one whose round trips tests can intercept. */
export function installD1Probe(): void {
  Object.assign(env, { DB: wrapD1(env.DB, (statements, send) => roundTrip(statements, send)) })
}

/** Wraps each further round trip to D1. @returns the previous wrapper */
export function interceptD1(next: RoundTrip): RoundTrip {
  const before = roundTrip
  roundTrip = next
  return before
}

/** Removes the wrapper. */
export function restoreD1(): void {
  roundTrip = passThrough
}
