import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files that take from a quarter to a whole minute; all others take seconds. Most spend half of it waiting for servers. */
const longest = [
  'fuzz/fuzz.test.ts',
  'kill/kill.test.ts',
  'kill/runner.test.ts',
  'clients/outages.test.ts',
  'simulation/simulation.test.ts',
  'runner/outages.test.ts',
  'runner/process.test.ts',
  'contract/contract.test.ts',
  'start/first-lines.test.ts',
  'start/signals.test.ts',
  'start/address.test.ts',
  'runner/title-model.test.ts',
  'start/job-command.test.ts',
  'runner/lies.test.ts',
  'start/runner-script.test.ts',
  'start/closed.test.ts',
  'kill/reconcile.test.ts',
]

/**
 * Runs the longest files first, so that neither of two cores waits for a long file started last. Vitest does so by itself
 * after a first run, but only within a project, and orders projects by name.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return sorted.sort((a, b) => rankOf(a) - rankOf(b))
  }
}

function rankOf({ moduleId }: TestSpecification): number {
  const at = longest.findIndex((file) => moduleId.endsWith(`/test/${file}`))
  return at < 0 ? longest.length : at
}
