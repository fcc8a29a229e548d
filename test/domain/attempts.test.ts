import { expect, test } from 'vitest'
import { createAttempts } from '../../src/auth/attempts.ts'
import { ATTEMPT_NETWORKS_MAX, ATTEMPTS_PENDING_MAX, VALIDATED_TOKEN_MS } from '../../src/platform/limits.ts'

const { blockNetwork, forget, mayAttempt, recordFailure, recordSuccess, retryAfterS } = createAttempts()
const startMs = Date.UTC(2040, 0, 1)
let networks = 0
const newNetwork = () => `network ${++networks}`

test('a network over its limit may try again when the period has ended, not before', () => {
  const network = newNetwork()
  expect(mayAttempt(network, 'a', startMs)).toBe(true)
  blockNetwork(network, startMs)
  expect(mayAttempt(network, 'a', startMs + 59_999)).toBe(false)
  expect(retryAfterS(network, startMs + 59_000)).toBe(1)
  expect(mayAttempt(network, 'a', startMs + 60_000)).toBe(true)
  expect(mayAttempt(newNetwork(), 'a', startMs)).toBe(true)
})

test('attempts of a blocked network do not make its wait longer', () => {
  const network = newNetwork()
  blockNetwork(network, startMs)
  for (let ms = 0; ms < 60_000; ms += 1_000) expect(mayAttempt(network, `${ms}`, startMs + ms)).toBe(false)
  expect(mayAttempt(network, 'a', startMs + 60_000)).toBe(true)
})

test('a token that was valid is checked although its network is over the limit, for an hour and only from that network', () => {
  const [network, other] = [newNetwork(), newNetwork()]
  recordSuccess(network, 'a', startMs)
  for (const one of [network, other]) blockNetwork(one, startMs + VALIDATED_TOKEN_MS - 1)
  expect(mayAttempt(network, 'a', startMs + VALIDATED_TOKEN_MS - 1)).toBe(true)
  expect(mayAttempt(other, 'a', startMs + VALIDATED_TOKEN_MS - 1)).toBe(false)
  expect(mayAttempt(network, 'a', startMs + VALIDATED_TOKEN_MS)).toBe(false)
})

test('a token that is no longer valid counts as a guess', () => {
  const network = newNetwork()
  recordSuccess(network, 'a', startMs)
  recordFailure(network, 'a')
  blockNetwork(network, startMs)
  expect(mayAttempt(network, 'a', startMs)).toBe(false)
})

test('only so many different tokens are checked at a time, and the same one as often as it is sent', () => {
  const network = newNetwork()
  for (let n = 0; n < ATTEMPTS_PENDING_MAX; n++) expect(mayAttempt(network, `${n}`, startMs)).toBe(true)
  expect(mayAttempt(network, 'one more', startMs)).toBe(false)
  expect(mayAttempt(network, '0', startMs)).toBe(true)
  recordFailure(network, '0')
  expect(mayAttempt(network, 'one more', startMs)).toBe(true)
  expect(mayAttempt(network, 'yet one more', startMs)).toBe(false)
  forget(network, 'one more')
  expect(mayAttempt(network, 'yet one more', startMs)).toBe(true)
})

test('tokens whose requests were aborted stay pending until the period ends', () => {
  const network = newNetwork()
  for (let n = 0; n < ATTEMPTS_PENDING_MAX; n++) mayAttempt(network, `${n}`, startMs)
  expect(mayAttempt(network, 'later', startMs + 59_999)).toBe(false)
  expect(mayAttempt(network, 'later', startMs + 60_000)).toBe(true)
})

test('a clock that jumps back blocks no network for longer than a period', () => {
  const network = newNetwork()
  blockNetwork(network, startMs)
  expect(mayAttempt(network, 'a', startMs - 60 * 60_000)).toBe(true)
})

test('when there are too many networks, the oldest is forgotten and the others keep their own attempts', () => {
  const first = newNetwork()
  blockNetwork(first, startMs)
  for (let n = 0; n < ATTEMPT_NETWORKS_MAX; n++) blockNetwork(newNetwork(), startMs)
  expect(mayAttempt(first, 'a', startMs)).toBe(true)
  expect(mayAttempt(`network ${networks}`, 'a', startMs)).toBe(false)
})
