import { MortalServer } from '../kill/mortal-server.ts'
import type { Comparison, Rounds } from './figures.ts'
import { type Address, once } from './http.ts'
import { childrenOf, residentBytes } from './process.ts'
import { api } from './server.ts'
import { type Batch, fill, Trained } from './trained.ts'

/** As many values as a job may have, two at each step, and a job with few. */
const POINTS = 999_000
const FEW = 1_000
const metrics = ['loss', 'learning_rate']
const single: Batch = { name: '', steps: 1, metrics: ['loss'] }

type Figures = {
  wakeMs: number
  wakeMiB: number
  readMs: number
  reportMs: number
  historyMs: number
  historyMiB: number
}

const titles: Record<keyof Figures, string> = {
  wakeMs: 'first read of the job, which wakes it, ms',
  wakeMiB: 'memory taken by that, MiB',
  readMs: 'second read, ms',
  reportMs: 'report of a value, ms',
  historyMs: 'first history of 500 points, ms',
  historyMiB: 'memory taken by that, MiB',
}

/** A job with all the values it may have, compared with one of few: each round in a fresh process, on the same state. */
export async function measureLarge(rounds: Rounds): Promise<Comparison<number>[]> {
  const vars = { ALLOW_ANYONE_ON_LOCALHOST: 'true', MAX_ACTIVE_JOBS: '3' }
  const server = await MortalServer.create(vars, { assets: 'dist/public' })
  try {
    const address = await start(server)
    // One after another: a connection that is not used is closed by the server.
    const made = async (points: number) => {
      const job = await Trained.create(address)
      await fill(job, points, metrics)
      return job
    }
    const jobs = { ours: await made(POINTS), bare: await made(FEW), other: await made(FEW) }
    const { ours, bare } = await rounds('a job of 2,000,000 values', async () => {
      await server.kill()
      const again = await start(server)
      for (const job of Object.values(jobs)) job.moveTo(again)
      // The program itself is loaded by a job that is not measured.
      await measure(again, server, jobs.other)
      const few = await measure(again, server, jobs.bare)
      return { ours: await measure(again, server, jobs.ours), bare: few }
    })
    return (Object.keys(titles) as (keyof Figures)[]).map((key) => ({
      name: titles[key],
      base: '2,000 values',
      ours: ours.map((one) => one[key]),
      bare: bare.map((one) => one[key]),
    }))
  } finally {
    await server.destroy()
  }
}

async function start(server: MortalServer): Promise<Address> {
  await server.start()
  const { port, host } = await server.address
  return { port: Number(port), host }
}

async function measure(address: Address, server: MortalServer, job: Trained): Promise<Figures> {
  const read = () => once({ ...address, path: `${api}/jobs/${job.id}` })
  const atFirst = residentMiB(server)
  const wakeMs = await timed(read)
  const awake = residentMiB(server)
  const readMs = await timed(read)
  const reportMs = await timed(() => job.report(single))
  const before = residentMiB(server)
  const historyMs = await timed(() => once({ ...address, path: `${api}/jobs/${job.id}/history?max_points=500` }))
  const historyMiB = residentMiB(server) - before
  return { wakeMs, wakeMiB: awake - atFirst, readMs, reportMs, historyMs, historyMiB }
}

/** What the processes of a server hold in memory. */
function residentMiB({ pid }: MortalServer): number {
  const all = (parent: number): number[] => childrenOf(parent).flatMap((child) => [child, ...all(child)])
  return all(pid ?? 0).reduce((sum, child) => sum + residentBytes(child), 0) / 2 ** 20
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const beganMs = performance.now()
  await work()
  return performance.now() - beganMs
}
