import { cpuSeconds } from './process.ts'
import type { Rate } from './requests.ts'

/** Slices of a round: the sides alternate so often that other load on the machine affects both. */
const SLICES = 8

/** Milliseconds of a slice, at least one request. */
const SLICE_MS = 250

/** One request and its answer, on one of some connections. */
export type Send = (connection: number) => Promise<unknown>

/** What one side sends, over so many connections, and the process whose CPU is measured. */
export type Sender = { send: Send; pid: number; connections: number }

/** Has each side send for as long, in turns. */
export async function inTurns<S extends Record<string, Sender>>(senders: S): Promise<Record<keyof S, Rate>> {
  const entries = Object.entries(senders)
  const sums = new Map(entries.map(([name]) => [name, { requests: 0, ms: 0, cpuS: 0 }]))
  for (const [, sender] of entries) await fire(sender, SLICE_MS / 2)
  for (let slice = 0; slice < SLICES; slice++) {
    for (const [name, sender] of entries) {
      const sum = sums.get(name)
      const [beforeS, beganMs] = [cpuSeconds(sender.pid), performance.now()]
      const requests = await fire(sender, SLICE_MS)
      if (sum === undefined) continue
      sum.ms += performance.now() - beganMs
      sum.cpuS += cpuSeconds(sender.pid) - beforeS
      sum.requests += requests
    }
  }
  const rates = [...sums].map(([name, { requests, ms, cpuS }]): [string, Rate] => [
    name,
    { perSecond: (requests * 1_000) / ms, cpuUs: (cpuS * 1e6) / requests },
  ])
  return Object.fromEntries(rates) as Record<keyof S, Rate>
}

/** Sends on each connection, the next request as soon as there is an answer. @returns how many there were */
async function fire({ send, connections }: Sender, ms: number): Promise<number> {
  const endMs = performance.now() + ms
  let requests = 0
  await Promise.all(
    Array.from({ length: connections }, async (_, connection) => {
      do {
        await send(connection)
        requests++
      } while (performance.now() < endMs)
    }),
  )
  return requests
}
