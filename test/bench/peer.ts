import type { Comparison, Rounds } from './figures.ts'
import { type Address, once } from './http.ts'
import { listenerOf } from './process.ts'
import { compare, type Rate } from './requests.ts'
import { api, withServer } from './server.ts'
import { createJob, longJob, streamOf } from './setup.ts'
import { type FanOut, fanOut } from './streams.ts'

/** Another server of the same API, on this machine. */
export type Peer = Address & { pid: number }

/** Finds the server at an address of this machine. @throws Error when there is none */
export function findPeer(url: string): Peer {
  const { hostname, port, host } = new URL(url)
  if (!['127.0.0.1', 'localhost'].includes(hostname)) throw new Error('The peer must run on this machine')
  const pid = listenerOf(Number(port))
  if (pid === undefined) throw new Error(`Nothing listens at ${url}`)
  return { port: Number(port), host, pid }
}

/** Reads that both servers support, each with one running job. */
const reads = [
  { name: 'GET job', path: (id: string) => `/jobs/${id}` },
  { name: 'list of one', path: () => '/jobs' },
  { name: 'status', path: () => '/status' },
  { name: 'models', path: () => '/models' },
  { name: 'dataset statistics', path: () => '/dataset/stats' },
]

/** The watchers of a job on each server. */
const AUDIENCES = [100, 1_000] as const

/** Life cycles of a job, from creation to deletion, per round. */
const LIVES = 50

/** The same requests against another server of the API. `bare` is the peer. */
export function measurePeer(peer: Peer, rounds: Rounds) {
  return withServer(async (server) => {
    const base = 'peer'
    const requests: Comparison<Rate>[] = []
    const lives = await rounds('peer: create, cancel, delete', async () => ({
      ours: await rateOfLives(server.ours),
      bare: await rateOfLives(peer),
    }))
    requests.push({ name: 'create, cancel, delete', base, target: 2, ...lives })
    const [id, peerId] = await Promise.all([longJob(server.ours), longJob(peer)])
    const pids = { ours: server.pid, bare: peer.pid }
    for (const { name, path } of reads) {
      const shots = { ours: { ...server.ours, path: api + path(id) }, bare: { ...peer, path: api + path(peerId) } }
      requests.push({ name, base, target: 2, ...(await rounds(`peer: ${name}`, () => compare(shots, pids, 1_000))) })
    }
    const floor = { ours: { ...server.bare, path: '/empty' }, bare: { ...peer, path: `${api}/jobs/${peerId}` } }
    const name = 'an empty Worker, to GET job'
    requests.push({ name, base, ...(await rounds(`peer: ${name}`, () => compare(floor, pids, 1_000))) })
    const [stream, peerStream] = [await streamOf(server.ours, id), await streamOf(peer, peerId)]
    const streams: Comparison<FanOut>[] = []
    for (const watchers of AUDIENCES) {
      const sides = await rounds(`peer: stream, ${watchers} watchers`, async () => ({
        ours: await fanOut(stream, watchers, server.pid),
        bare: await fanOut(peerStream, watchers, peer.pid),
      }))
      streams.push({ name: String(watchers), base, target: 5, ...sides })
    }
    await once({ ...peer, method: 'POST', path: `${api}/jobs/${peerId}/cancel` })
    return { requests, streams }
  })
}

/** Life cycles per second, one after another. */
async function rateOfLives(address: Address): Promise<Rate> {
  const beganMs = performance.now()
  for (let i = 0; i < LIVES; i++) {
    const id = await createJob(address, 1)
    await once({ ...address, method: 'POST', path: `${api}/jobs/${id}/cancel` })
    await once({ ...address, method: 'DELETE', path: `${api}/jobs/${id}` })
  }
  return { perSecond: (LIVES * 1_000) / (performance.now() - beganMs), cpuUs: Number.NaN }
}
