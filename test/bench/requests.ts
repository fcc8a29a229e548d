import { Battery, type Shot } from './http.ts'
import { cpuSeconds } from './process.ts'

/** The measurements of one side in one round. */
export type Rate = { perSecond: number; cpuUs: number }

type Pair<T> = { ours: T; bare: T }

/** Concurrent requests: enough to keep a server busy. */
const CONNECTIONS = 16

/** Slices of a round: the sides alternate so often that other load on the machine affects both. */
const SLICES = 10

/** Sends the same number of requests to each side, in turns. `pids`: the processes whose CPU is measured. */
export async function compare(shots: Pair<Shot>, pids: Pair<number>, requests: number): Promise<Pair<Rate>> {
  const ours = new Side(shots.ours, pids.ours)
  const bare = new Side(shots.bare, pids.bare)
  const perSlice = Math.ceil(requests / SLICES)
  for (const side of [ours, bare]) await side.warmUp(perSlice)
  for (let slice = 0; slice < SLICES; slice++) {
    for (const side of [ours, bare]) await side.fire(perSlice)
  }
  return { ours: ours.end(), bare: bare.end() }
}

class Side {
  readonly #battery: Battery
  readonly #pid: number
  #requests = 0
  #ms = 0
  #cpuS = 0

  constructor(shot: Shot, pid: number) {
    this.#battery = new Battery(shot, CONNECTIONS)
    this.#pid = pid
  }

  async warmUp(requests: number): Promise<void> {
    await this.#battery.fire(requests)
  }

  async fire(requests: number): Promise<void> {
    const beforeS = cpuSeconds(this.#pid)
    this.#ms += await this.#battery.fire(requests)
    this.#cpuS += cpuSeconds(this.#pid) - beforeS
    this.#requests += requests
  }

  end(): Rate {
    this.#battery.close()
    return { perSecond: (this.#requests * 1_000) / this.#ms, cpuUs: (this.#cpuS * 1e6) / this.#requests }
  }
}
