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

/** Reports a second, compared with a bare object that stores the same bytes as one row. */
export async function measureReports(server: Server, rounds: Rounds): Promise<Comparison<Rate>[]> {
  const results: Comparison<Rate>[] = []
  for (const connections of CONNECTIONS) {
    for (const batch of batches) {
      const name = `report of ${batch.name}, ${connections} at once`
      const sides = await rounds(name, async (round) => {
        const reports = await reporting(server, batch, connections)
        const bare = writing(server, batch, connections, `${name} ${round}`)
        const rates = await inTurns({ ours: reports, bare })
        await reports.end()
        bare.end()
        return rates
      })
      results.push({ name, base: 'object that writes a row', target: OF_BARE, ...sides })
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
export function writing({ bare, pid }: Server, batch: Batch, connections: number, id: string): Sender & Ending {
  const body = { sequence: 1_000, points: pointsOf(batch, 1_000) }
  const sockets = Array.from({ length: connections }, () => new Connection(bare.port))
  const requests = sockets.map((_, n) =>
    encodeRequest({ ...bare, method: 'POST', path: `/write?id=${encodeURIComponent(`${id} ${n}`)}`, body }),
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
