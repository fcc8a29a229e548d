import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { mutants } from './mutants.ts'

const simulate = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/simulate.ts', ...args], { encoding: 'utf8' })
  return { status, output: stdout + stderr }
}

test('every promise holds in 500 runs full of faults', () => {
  const { status, output } = simulate('--runs', '500')
  expect(output).toContain('Every promise held.')
  expect(status).toBe(0)
})

test.each(mutants)('a planted fault is noticed: $name, by seed $seed', ({ name, seed }) => {
  const { status, output } = simulate('--mutant', name, '--seed', String(seed))
  expect(output).toContain(`Seed ${seed} breaks a promise:`)
  expect(output).not.toContain('the run itself failed')
  expect(status).toBe(1)
  expect(simulate('--seed', String(seed)).status).toBe(0)
})

test('the same seed tells the same story', () => {
  const told = () => simulate('--seed', '42', '--trace').output.replace(/in [\d.]+ s/, '')
  expect(told()).toBe(told())
})
