import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { migrate } from '../kill/mortal-server.ts'
import { buildDashboard } from './build.ts'
import { chromiumPath } from './chromium.ts'
import { liveIn } from './states.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The dashboard, built for this run. */
    assets: string
    /** Initial states: of a new server, and of one with a history of jobs. */
    states: { empty: string; livedIn: string }
  }
}

/** Builds the dashboard and the servers' initial states, once for all files. */
export default async function setup(project: TestProject) {
  chromiumPath()
  const folder = await mkdtemp(join(tmpdir(), 'stellwerk-browser-'))
  const remove = () => rm(folder, { recursive: true, force: true })
  try {
    await prepare(project, folder)
  } catch (error) {
    await remove()
    throw error
  }
  return remove
}

async function prepare(project: TestProject, folder: string): Promise<void> {
  const assets = join(folder, 'assets')
  const states = { empty: join(folder, 'empty'), livedIn: join(folder, 'lived-in') }
  buildDashboard(assets)
  // The program that real runners of these tests are.
  await import('../../scripts/build-runner.ts')
  await copyFile('dist/public/runner.mjs', join(assets, 'runner.mjs'))
  await mkdir(states.empty)
  migrate(states.empty)
  await liveIn(assets, states.empty, states.livedIn)
  project.provide('assets', assets)
  project.provide('states', states)
}
