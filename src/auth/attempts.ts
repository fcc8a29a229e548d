import {
  ATTEMPT_NETWORKS_MAX,
  ATTEMPTS_UNDECIDED_MAX,
  KNOWN_GOOD_MAX,
  KNOWN_GOOD_MS,
  RATE_LIMIT_PERIOD_S,
} from '../platform/limits.ts'

/** What a network has tried in the period that began at `sinceMs` (Unix ms). */
type Tries = { sinceMs: number; isOverLimit: boolean; undecided: Set<string> }

const periodMs = RATE_LIMIT_PERIOD_S * 1_000

/**
 * What this isolate knows of each network that tries tokens. The platform's limiter can only be asked by counting one
 * more, so its answer is remembered: else a right guess behind any number of wrong ones would be let in.
 */
const networks = new Map<string, Tries>()

/** When a token was right last, by network and the token's hash, Unix ms: whoever sends it from there does not guess. */
const knownGood = new Map<string, number>()

const keyOf = (network: string, hash: string) => `${network} ${hash}`

/**
 * Whether a token may be looked at: always when it was right from this network lately, else only while the network has
 * not used up its failed attempts. Of tokens that are tried side by side only so many are looked at before the first of
 * them is decided; one whose request was given up stays among them until the period ends.
 */
export function mayTry(network: string, hash: string, nowMs: number): boolean {
  const goodMs = knownGood.get(keyOf(network, hash))
  if (goodMs !== undefined && Math.abs(nowMs - goodMs) < KNOWN_GOOD_MS) return true
  const tries = triesOf(network, nowMs)
  if (tries.isOverLimit || (tries.undecided.size >= ATTEMPTS_UNDECIDED_MAX && !tries.undecided.has(hash))) return false
  tries.undecided.add(hash)
  return true
}

/** Forgets a token that could not be decided, so that nobody is held back while D1 is away. */
export const forget = (network: string, hash: string): void => void networks.get(network)?.undecided.delete(hash)

/** Notes that a token was right. */
export function noteRight(network: string, hash: string, nowMs: number): void {
  forget(network, hash)
  put(knownGood, keyOf(network, hash), nowMs, KNOWN_GOOD_MAX)
}

/** Notes that a token was wrong, once that has been counted. */
export function noteWrong(network: string, hash: string): void {
  forget(network, hash)
  knownGood.delete(keyOf(network, hash))
}

/** Notes that a network has used up its failed attempts. */
export function noteOverLimit(network: string, nowMs: number): void {
  put(networks, network, { sinceMs: nowMs, isOverLimit: true, undecided: new Set() }, ATTEMPT_NETWORKS_MAX)
}

/** Seconds until the network may try again. */
export function waitS(network: string, nowMs: number): number {
  const { sinceMs } = triesOf(network, nowMs)
  return Math.ceil((sinceMs + periodMs - nowMs) / 1_000)
}

function triesOf(network: string, nowMs: number): Tries {
  const known = networks.get(network)
  if (known !== undefined && nowMs >= known.sinceMs && nowMs - known.sinceMs < periodMs) return known
  const tries: Tries = { sinceMs: nowMs, isOverLimit: false, undecided: new Set() }
  put(networks, network, tries, ATTEMPT_NETWORKS_MAX)
  return tries
}

/** Puts an entry last, and forgets the first when there are too many. */
function put<V>(map: Map<string, V>, key: string, value: V, max: number): void {
  map.delete(key)
  map.set(key, value)
  const [oldest] = map.keys()
  if (map.size > max && oldest !== undefined) map.delete(oldest)
}
