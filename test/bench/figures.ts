import { setTimeout as sleep } from 'node:timers/promises'
import { REPAINT_MS } from '../../src/platform/limits.ts'
import { Audience, type Stream } from './audience.ts'
import { once } from './http.ts'
import { compare, type Rate } from './requests.ts'
import { api, type Server, withServer } from './server.ts'
import { bareStream, createJob, longJob, seededId, seedJobs, streamOf } from './setup.ts'
import { STALL_MS, stall } from './stalled.ts'
import { type FanOut, fanOut, watch } from './streams.ts'

/** The audience sizes that are measured. */
const AUDIENCES = [10, 100, 1_000] as const

const STALLED = 10
const READING = 190

/** Jobs per round, one after another, and the milliseconds for which each trains. */
const LIVES = 20
const LIFE_MS = 50

/** One figure: what is compared, and the measurements of both sides by round. `target`: of the ratio, if any. */
export type Comparison<T> = { name: string; base: string; target?: number | undefined } & Sides<T[]>

/** The Worker, and its baseline. */
export type Sides<T> = { ours: T; bare: T }

/** Repeats a measurement and prints its progress. */
export type Rounds = <T>(name: string, measure: (round: number) => Promise<Sides<T>>) => Promise<Sides<T[]>>

/** Requests, compared with the minimum that the platform must do for them. */
export async function measureRequests(server: Server, rounds: Rounds): Promise<Comparison<Rate>[]> {
  const id = await longJob(server.ours)
  await seedJobs(server, id)
  const [finished, page] = [seededId(5_000), `${api}/jobs?limit=50`]
  const figures = [
    {
      name: 'GET job, running',
      path: `${api}/jobs/${id}`,
      base: 'D1 read, object hop',
      bare: `/row-then-object?id=${finished}`,
      target: 0.8,
    },
    { name: 'GET job, finished', path: `${api}/jobs/${finished}`, base: 'D1 read', bare: `/row?id=${finished}` },
    { name: 'status', path: `${api}/status`, base: 'D1 read', bare: '/row?id=status', target: 0.8 },
    { name: 'list of 50 among 10,000', path: page, base: 'D1 read of 50', bare: '/rows', requests: 200 },
  ]
  const results: Comparison<Rate>[] = []
  for (const { name, path, base, bare, target, requests = 1_000 } of figures) {
    const sides = await rounds(name, () =>
      compare(
        { ours: { ...server.ours, path }, bare: { ...server.bare, path: bare } },
        { ours: server.pid, bare: server.pid },
        requests,
      ),
    )
    results.push({ name, base, target, ...sides })
  }
  return results
}

/** A job's whole life at high speed, in ms, compared with as many rows, D1 writes and alarms without any rules. */
export async function measureLives(rounds: Rounds): Promise<Comparison<number>> {
  const name = 'create → completed'
  const sides = await withServer(
    (server) => {
      const live = async () => {
        const id = await createJob(server.ours, 1)
        await once({ ...server.ours, path: `${api}/metrics/stream?job_id=${id}&history=delta` })
      }
      const run = () => once({ ...server.bare, method: 'POST', path: `/run?ms=${LIFE_MS}` })
      return rounds(name, async () => {
        const sums = { ours: 0, bare: 0 }
        for (let i = 0; i < LIVES; i++) {
          sums.ours += await timed(live)
          sums.bare += await timed(run)
        }
        return { ours: sums.ours / LIVES, bare: sums.bare / LIVES }
      })
    },
    { SIMULATION_SPEED: '1000' },
  )
  return { name, base: 'as many rows, writes, alarms', ...sides }
}

/** The fan-out of one job's stream, compared with a bare one of the same bytes. */
export async function measureStreams(server: Server, stream: Stream, rounds: Rounds): Promise<Comparison<FanOut>[]> {
  const results: Comparison<FanOut>[] = []
  for (const watchers of AUDIENCES) {
    const sides = await rounds(`stream, ${watchers} watchers`, async (round) => {
      const ours = await fanOut(stream, watchers, server.pid)
      const same = bareStream(server, ours.eventBytes, `${watchers}-${round}`)
      return { ours, bare: await fanOut(same, watchers, server.pid) }
    })
    results.push({ name: String(watchers), base: 'bare stream', target: 0.8, ...sides })
  }
  return results
}

/** The effect of ten watchers that never read on 190 others, compared with the 190 alone. */
export async function measureStalled(server: Server, stream: Stream, rounds: Rounds): Promise<Comparison<FanOut>> {
  const name = `${READING} beside ${STALLED} stalled`
  const sides = await rounds(name, async () => {
    const audience = new Audience(stream, REPAINT_MS)
    await audience.join(READING)
    await sleep(2 * REPAINT_MS)
    const bare = await watch(audience, server.pid)
    const sockets = await stall(STALLED, stream, server.bare)
    await sleep(STALL_MS)
    const ours = await watch(audience, server.pid)
    for (const socket of sockets) socket.destroy()
    audience.leave()
    await sleep(REPAINT_MS)
    return { ours, bare }
  })
  return { name, base: `${READING} alone`, ...sides }
}

/** Bytes that a watcher adds to workerd, each time in a fresh process, since memory is not returned. */
export async function measureMemory(rounds: Rounds): Promise<Comparison<number>> {
  const watchers = 1_000
  const name = 'memory per watcher'
  const sides = await rounds(name, async () => ({
    ours: await withServer(async (server) => {
      const id = await createJob(server.ours, 100)
      await sleep(4 * REPAINT_MS)
      return (await fanOut(await streamOf(server.ours, id), watchers, server.pid)).watcherBytes
    }),
    bare: await withServer(async (server) => {
      return (await fanOut(bareStream(server, 1_200, 'memory'), watchers, server.pid)).watcherBytes
    }),
  }))
  return { name, base: 'bare stream', ...sides }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const beganMs = performance.now()
  await work()
  return performance.now() - beganMs
}
