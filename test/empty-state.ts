import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { migrate } from './kill/mortal-server.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder of a state with an empty register. */
    emptyState: string
  }
}

/** Creates the register once, of which each server of the project's tests begins with a copy. */
export function setup(project: TestProject): () => void {
  const state = mkdtempSync(join(tmpdir(), 'stellwerk-empty-'))
  migrate(state)
  project.provide('emptyState', state)
  return () => rmSync(state, { recursive: true, force: true })
}
