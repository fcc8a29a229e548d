import {
  ATTEMPT_NETWORKS_MAX,
  ATTEMPTS_PENDING_MAX,
  RATE_LIMIT_PERIOD_S,
  VALIDATED_TOKEN_MS,
  VALIDATED_TOKENS_MAX,
} from '../platform/limits.ts'

/** A network's attempts in the period that began at `sinceMs` (Unix ms); `pending`: hashes of tokens being checked. */
type Attempts = { sinceMs: number; isOverLimit: boolean; pending: Set<string> }

const periodMs = RATE_LIMIT_PERIOD_S * 1_000

const keyOf = (network: string, hash: string) => `${network} ${hash}`

/**
 * The attempts that this isolate has seen, by network. The platform's limiter can only be queried by counting one more
 * attempt, so its answer is kept: otherwise a correct guess would succeed after any number of wrong ones.
 */
export function createAttempts() {
  const networks = new Map<string, Attempts>()

  /** When a token was last valid, by network and token hash, in Unix ms: a client that sends it again is not guessing. */
  const validated = new Map<string, number>()

  /**
   * Whether a token may be checked: always if it was recently valid from this network, otherwise only while the network
   * is within its limit of failed attempts. At most ATTEMPTS_PENDING_MAX different tokens are checked at the same time; a
   * token whose request was aborted counts among them until the period ends.
   */
  function mayAttempt(network: string, hash: string, nowMs: number): boolean {
    const goodMs = validated.get(keyOf(network, hash))
    if (goodMs !== undefined && Math.abs(nowMs - goodMs) < VALIDATED_TOKEN_MS) return true
    const attempts = attemptsOf(network, nowMs)
    if (attempts.isOverLimit || (attempts.pending.size >= ATTEMPTS_PENDING_MAX && !attempts.pending.has(hash))) {
      return false
    }
    attempts.pending.add(hash)
    return true
  }

  /** Drops a token that could not be checked, so that an outage of D1 blocks no network. */
  const forget = (network: string, hash: string): void => void networks.get(network)?.pending.delete(hash)

  /** Records that a token is valid. */
  function recordSuccess(network: string, hash: string, nowMs: number): void {
    forget(network, hash)
    put(validated, keyOf(network, hash), nowMs, VALIDATED_TOKENS_MAX)
  }

  /** Records that a token is not valid; call it after the failure has been counted. */
  function recordFailure(network: string, hash: string): void {
    forget(network, hash)
    validated.delete(keyOf(network, hash))
  }

  /** Records that a network has exceeded its limit of failed attempts. */
  function blockNetwork(network: string, nowMs: number): void {
    put(networks, network, { sinceMs: nowMs, isOverLimit: true, pending: new Set() }, ATTEMPT_NETWORKS_MAX)
  }

  /** Seconds until the network may try again. */
  function retryAfterS(network: string, nowMs: number): number {
    const { sinceMs } = attemptsOf(network, nowMs)
    return Math.ceil((sinceMs + periodMs - nowMs) / 1_000)
  }

  function attemptsOf(network: string, nowMs: number): Attempts {
    const current = networks.get(network)
    if (current !== undefined && nowMs >= current.sinceMs && nowMs - current.sinceMs < periodMs) return current
    const attempts: Attempts = { sinceMs: nowMs, isOverLimit: false, pending: new Set() }
    put(networks, network, attempts, ATTEMPT_NETWORKS_MAX)
    return attempts
  }

  return { mayAttempt, forget, recordSuccess, recordFailure, blockNetwork, retryAfterS }
}

/** Sets an entry as the newest, and evicts the oldest when there are more than `max`. */
function put<V>(map: Map<string, V>, key: string, value: V, max: number): void {
  map.delete(key)
  map.set(key, value)
  const [oldest] = map.keys()
  if (map.size > max && oldest !== undefined) map.delete(oldest)
}
