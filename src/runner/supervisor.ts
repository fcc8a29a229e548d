import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { codeOf, openToAppend, readJson, writeJson } from './files.ts'
import { groupExists, identityOf, signalGroup } from './identity.ts'
import { LEFT_BEHIND_MS } from './limits.ts'
import type { Exit } from './rules/outcome.ts'
import { sleep } from './wait.ts'

/** What the runner tells the supervisor, and what that writes down, in the attempt's folder. */
export const names = {
  order: 'order.json',
  /** Made by the one supervisor that starts the process. */
  claim: 'supervisor.json',
  process: 'process.json',
  exit: 'exit.json',
  stdout: 'stdout',
  stderr: 'stderr',
} as const

export type Order = { command: [string, ...string[]]; cwd: string; env: Record<string, string> }
/** A process, and what tells it from a later one with its number. */
export type Known = { pid: number; identity: string | null }

/**
 * `runner.mjs --supervise <folder>`: starts the training process, outlives the runner, and writes down how the process
 * ended. The process writes into files, so that it needs neither of the two.
 */
export async function supervise(folder: string): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
  const own = { pid: process.pid, identity: identityOf(process.pid) } satisfies Known
  // Fails for a second supervisor, so that a process is started once.
  writeFileSync(join(folder, names.claim), JSON.stringify(own), { flag: 'wx', mode: 0o600 })
  const order = readJson<Order>(join(folder, names.order))
  if (order === null) throw new Error(`There is no order in ${folder}`)
  const kills = oomKills()
  const exit = await run(folder, order)
  await insist(() => writeJson(join(folder, names.exit), { ...exit, outOfMemory: oomKills() > kills }))
}

async function run(folder: string, { command: [program, ...args], cwd, env }: Order): Promise<Exit> {
  const [out, err] = [openToAppend(join(folder, names.stdout)), openToAppend(join(folder, names.stderr))]
  const child = spawn(program, args, { cwd, env, detached: true, stdio: ['ignore', out, err] })
  const ended = new Promise<Exit>((resolve) => {
    child.on('error', (error) => resolve({ status: null, signal: null, error: error.message }))
    child.on('exit', (status, signal) => resolve({ status, signal }))
  })
  const { pid } = child
  if (pid === undefined) return ended
  await insist(() => writeJson(join(folder, names.process), { pid, identity: identityOf(pid) } satisfies Known))
  const exit = await ended
  await endLeftBehind(pid)
  return exit
}

/** Ends what the process has started and left behind: it would hold on to memory and GPUs. */
async function endLeftBehind(pgid: number): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    if (!signalGroup(pgid, signal)) return
    const untilMs = performance.now() + LEFT_BEHIND_MS
    while (groupExists(pgid) && performance.now() < untilMs) await sleep(50)
  }
}

/** Repeats what a full disk prevents. Without its folder, nobody asks any more. */
async function insist(work: () => void): Promise<void> {
  for (;;) {
    try {
      return work()
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return
      await sleep(1_000)
    }
  }
}

/** How often the kernel has killed a process of this control group for its memory; 0 where that is not told. */
function oomKills(): number {
  try {
    const group = /^0::(.*)$/m.exec(readFileSync('/proc/self/cgroup', 'utf8'))?.[1] ?? '/'
    const events = readFileSync(join('/sys/fs/cgroup', group, 'memory.events'), 'utf8')
    return Number(/^oom_kill (\d+)$/m.exec(events)?.[1] ?? 0)
  } catch {
    return 0
  }
}
