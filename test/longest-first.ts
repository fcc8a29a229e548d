import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files that take half a minute, or a quarter of one; all others take seconds. The first wait for their servers half of the time. */
const longest = [
  'kill/kill.test.ts',
  'start/address.test.ts',
  'start/closed.test.ts',
  'fuzz/fuzz.test.ts',
  'contract/contract.test.ts',
  'worker/chaos.test.ts',
  'simulation/simulation.test.ts',
]

/**
 * Begins with the longest files: of two cores one would wait for a file that began last. Vitest does so by itself where it
 * has run before, but within a project only, and projects by their names.
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
