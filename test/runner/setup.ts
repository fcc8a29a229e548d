import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { migrate } from '../kill/mortal-server.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder of a state with the demo dataset. */
    runnerState: string
  }
}

/** The program under test is that of these sources. The service of each file begins with a copy of a register with the demo dataset. */
export async function setup(project: TestProject): Promise<() => void> {
  await import('../../scripts/build-runner.ts')
  const state = mkdtempSync(join(tmpdir(), 'stellwerk-runner-'))
  migrate(state, 'demo/dataset.sql')
  project.provide('runnerState', state)
  return () => rmSync(state, { recursive: true, force: true })
}
