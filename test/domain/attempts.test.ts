import { expect, test } from 'vitest'
import { forget, mayTry, noteOverLimit, noteRight, noteWrong, waitS } from '../../src/auth/attempts.ts'
import { ATTEMPT_NETWORKS_MAX, ATTEMPTS_UNDECIDED_MAX, KNOWN_GOOD_MS } from '../../src/platform/limits.ts'

const startMs = Date.UTC(2040, 0, 1)
let networks = 0
const newNetwork = () => `network ${++networks}`

test('a network over its limit tries again when the period is over, not before', () => {
  const network = newNetwork()
  expect(mayTry(network, 'a', startMs)).toBe(true)
  noteOverLimit(network, startMs)
  expect(mayTry(network, 'a', startMs + 59_999)).toBe(false)
  expect(waitS(network, startMs + 59_000)).toBe(1)
  expect(mayTry(network, 'a', startMs + 60_000)).toBe(true)
  expect(mayTry(newNetwork(), 'a', startMs)).toBe(true)
})

test('trying while it is held back does not make the wait longer', () => {
  const network = newNetwork()
  noteOverLimit(network, startMs)
  for (let ms = 0; ms < 60_000; ms += 1_000) expect(mayTry(network, `${ms}`, startMs + ms)).toBe(false)
  expect(mayTry(network, 'a', startMs + 60_000)).toBe(true)
})

test('a token that was right is looked at though its network is over the limit, for an hour and from there alone', () => {
  const [network, other] = [newNetwork(), newNetwork()]
  noteRight(network, 'a', startMs)
  for (const one of [network, other]) noteOverLimit(one, startMs + KNOWN_GOOD_MS - 1)
  expect(mayTry(network, 'a', startMs + KNOWN_GOOD_MS - 1)).toBe(true)
  expect(mayTry(other, 'a', startMs + KNOWN_GOOD_MS - 1)).toBe(false)
  expect(mayTry(network, 'a', startMs + KNOWN_GOOD_MS)).toBe(false)
})

test('a token that was right and is wrong now is a guess like others', () => {
  const network = newNetwork()
  noteRight(network, 'a', startMs)
  noteWrong(network, 'a')
  noteOverLimit(network, startMs)
  expect(mayTry(network, 'a', startMs)).toBe(false)
})

test('of tokens side by side so many are looked at; the same one as often as it comes', () => {
  const network = newNetwork()
  for (let n = 0; n < ATTEMPTS_UNDECIDED_MAX; n++) expect(mayTry(network, `${n}`, startMs)).toBe(true)
  expect(mayTry(network, 'one more', startMs)).toBe(false)
  expect(mayTry(network, '0', startMs)).toBe(true)
  noteWrong(network, '0')
  expect(mayTry(network, 'one more', startMs)).toBe(true)
  expect(mayTry(network, 'yet one more', startMs)).toBe(false)
  forget(network, 'one more')
  expect(mayTry(network, 'yet one more', startMs)).toBe(true)
})

test('tokens whose requests were given up stay undecided until the period ends', () => {
  const network = newNetwork()
  for (let n = 0; n < ATTEMPTS_UNDECIDED_MAX; n++) mayTry(network, `${n}`, startMs)
  expect(mayTry(network, 'later', startMs + 59_999)).toBe(false)
  expect(mayTry(network, 'later', startMs + 60_000)).toBe(true)
})

test('a clock that jumps back holds nobody back for longer than a period', () => {
  const network = newNetwork()
  noteOverLimit(network, startMs)
  expect(mayTry(network, 'a', startMs - 60 * 60_000)).toBe(true)
})

test('of so many networks that the first are forgotten each is remembered for its own attempts', () => {
  const first = newNetwork()
  noteOverLimit(first, startMs)
  for (let n = 0; n < ATTEMPT_NETWORKS_MAX; n++) noteOverLimit(newNetwork(), startMs)
  expect(mayTry(first, 'a', startMs)).toBe(true)
  expect(mayTry(`network ${networks}`, 'a', startMs)).toBe(false)
})
