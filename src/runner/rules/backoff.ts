import { AGAIN_S_MAX, REJECTIONS_IN_A_ROW } from '../limits.ts'

/**
 * Milliseconds before the nth repetition of a request: drawn evenly from 0 to min(60, 2ⁿ) seconds, at least as long as the
 * service asks for, and never more often than once a minute after REJECTIONS_IN_A_ROW answers 401.
 *
 * @param n from 1
 * @param random 0 … 1
 */
export function againMs(n: number, random: number, { retryAfterS = 0, rejections = 0 } = {}): number {
  const jitterS = random * Math.min(AGAIN_S_MAX, 2 ** Math.min(n, 10))
  const leastS = rejections >= REJECTIONS_IN_A_ROW ? AGAIN_S_MAX : retryAfterS
  return Math.max(jitterS, leastS) * 1_000
}
