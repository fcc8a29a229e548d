import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { wrangler, wranglerEnv } from '../../scripts/local-wrangler.ts'
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
  migrate(state)
  const load = [wrangler, 'd1', 'execute', 'DB', '--file=demo/dataset.sql', '--local', `--persist-to=${state}`]
  const { status, stderr } = spawnSync(process.execPath, load, { env: { ...wranglerEnv, CI: '1' }, encoding: 'utf8' })
  if (status !== 0) throw new Error(`The dataset could not be loaded: ${stderr}`)
  project.provide('runnerState', state)
  return () => rmSync(state, { recursive: true, force: true })
}
