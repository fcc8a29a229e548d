import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { mutants } from './mutants.ts'

const simulate = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/simulate.ts', ...args], { encoding: 'utf8' })
  return { status, output: stdout + stderr }
}

/** Seeds 1 to this run without a planted fault. */
const cleanSeeds = 500

/** Twenty seconds on two idle cores. */
const cleanTimeoutMs = 240_000

test(`every promise holds in ${cleanSeeds} runs full of faults`, { timeout: cleanTimeoutMs }, () => {
  const { status, output } = simulate('--runs', String(cleanSeeds))
  expect(output).toContain('Every promise held.')
  expect(status).toBe(0)
})

test.each(mutants)('a planted fault is detected: $name, by seed $seed', ({ name, seed, breaks }) => {
  const { status, output } = simulate('--mutant', name, '--seed', String(seed), '--no-shorten')
  expect(output).toContain(`Seed ${seed} breaks a promise:\n  ${breaks}`)
  expect(status).toBe(1)
  // The seed passes without the fault.
  expect(seed).toBeLessThanOrEqual(cleanSeeds)
})

test('a failed run is reported shortened', () => {
  const actionsIn = (...args: string[]) =>
    Number(/(\d+) actions, faults/.exec(simulate('--mutant', 'leave-the-waiting', '--seed', '1', ...args).output)?.[1])
  expect(actionsIn()).toBeGreaterThan(0)
  expect(actionsIn()).toBeLessThan(actionsIn('--no-shorten'))
})

test('the same seed gives the same run', () => {
  const trace = () => simulate('--seed', '42', '--trace').output.replace(/in [\d.]+ s/, '')
  expect(trace()).toBe(trace())
})
