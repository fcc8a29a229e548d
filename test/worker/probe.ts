import { env } from 'cloudflare:workers'
import { type RoundTrip, wrapD1 } from '../../src/platform/d1.ts'

const straight: RoundTrip = (_, send) => send()
let trip = straight

/** Puts a D1 binding under the tests, the Worker and its objects, of which tests decide what happens around each trip. */
export function probeD1(): void {
  Object.assign(env, { DB: wrapD1(env.DB, (statements, send) => trip(statements, send)) })
}

/** Has something happen around each trip to D1 that begins from now on. @returns what happened before */
export function aroundD1(next: RoundTrip): RoundTrip {
  const before = trip
  trip = next
  return before
}

/** Lets D1 work as it does by itself. */
export function healD1(): void {
  trip = straight
}
