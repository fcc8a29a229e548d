import type { TestProject } from 'vitest/node'
import { pythonWithClients } from './python.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The path of a Python that has the clients. */
    python: string
  }
}

/** The clients are installed once, for all runs with the same pins. */
export function setup(project: TestProject): void {
  project.provide('python', pythonWithClients())
}
