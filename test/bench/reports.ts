import type { Comparison, Rounds } from './figures.ts'
import { Connection, encodeRequest } from './http.ts'
import type { Rate } from './requests.ts'
import type { Server } from './server.ts'
import { type Batch, batches, pointsOf, Trained } from './trained.ts'
import { inTurns, type Sender } from './turns.ts'

/** One connection, as a runner has, and enough to keep a server busy: each is a job of its own. */
const CONNECTIONS = [1, 16] as const

/** The share of the bare object's rate that reports are to reach. */
export const OF_BARE = 0.7

/** What reports are compared with: a bare object that stores the same bytes as one row, also after asking a rate limit. */
const bases = { plain: 'object, row', limited: 'rate limit, object, row' } as const

/** Reports a second, compared with a bare object that stores the same bytes as one row. */
export async function measureReports(server: Server, rounds: Rounds): Promise<Comparison<Rate>[]> {
  const results: Comparison<Rate>[] = []
  for (const connections of CONNECTIONS) {
    for (const batch of batches) {
      const name = `report of ${batch.name}, ${connections} at once`
      const { ours, bare } = await rounds(name, async (round) => {
        const reports = await reporting(server, batch, connections)
        const [plain, limited] = [false, true].map((isLimited) =>
          writing(server, batch, connections, `${name} ${round} ${isLimited}`, isLimited),
        ) as [Sender & Ending, Sender & Ending]
        const rates = await inTurns({ ours: reports, plain, limited })
        for (const one of [reports, plain, limited]) await one.end()
        return { ours: { plain: rates.ours, limited: rates.ours }, bare: rates }
      })
      for (const key of ['limited', 'plain'] as const) {
        const sides = { ours: ours.map((one) => one[key]), bare: bare.map((one) => one[key]) }
        results.push({ name, base: bases[key], target: key === 'limited' ? OF_BARE : undefined, ...sides })
      }
    }
  }
  return results
}

type Ending = { end: () => void | Promise<void> }

/** Runners that report one batch after another. */
export async function reporting(server: Server, batch: Batch, connections: number): Promise<Sender & Ending> {
  const runners: Trained[] = []
  for (let n = 0; n < connections; n++) runners.push(await Trained.create(server.ours))
  return {
    send: async (n) => runners[n]?.report(batch),
    pid: server.pid,
    connections,
    end: async () => {
      for (const runner of runners) await runner.finish()
    },
  }
}

/** Objects that write the same bytes. */
export function writing(
  { bare, pid }: Server,
  batch: Batch,
  connections: number,
  id: string,
  isLimited: boolean,
): Sender & Ending {
  const body = { sequence: 1_000, points: pointsOf(batch, 1_000) }
  const sockets = Array.from({ length: connections }, () => new Connection(bare.port))
  const requests = sockets.map((_, n) =>
    encodeRequest({
      ...bare,
      method: 'POST',
      path: `/write?id=${encodeURIComponent(`${id} ${n}`)}${isLimited ? '&limited' : ''}`,
      body,
    }),
  )
  return {
    send: async (n) => {
      const answer = await sockets[n]?.send(requests[n] ?? '')
      if (answer?.status !== 200) throw new Error(`The bare object: ${answer?.status}`)
    },
    pid,
    connections,
    end: () => {
      for (const socket of sockets) socket.close()
    },
  }
}
