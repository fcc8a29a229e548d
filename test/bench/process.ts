import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** Linux's data about processes under /proc, from which the benchmark measures CPU and memory. */

/** CPU seconds of all the threads of a process since its start. */
export function cpuSeconds(pid: number): number {
  let ns = 0
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    ns += Number(read(`/proc/${pid}/task/${task}/schedstat`).split(' ')[0] ?? 0)
  }
  return ns / 1e9
}

/** Resident bytes of a process. */
export function residentBytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) * 1024
}

/** The children of a process. */
export function childrenOf(pid: number): number[] {
  const tasks = readdirSync(`/proc/${pid}/task`)
  return tasks.flatMap((task) =>
    read(`/proc/${pid}/task/${task}/children`).trim().split(' ').filter(Boolean).map(Number),
  )
}

/** The TCP port on which a process listens, if it does. */
export function listeningPort(pid: number): number | undefined {
  const sockets = new Set<string>()
  for (const fd of readdirSync(`/proc/${pid}/fd`)) sockets.add(link(`/proc/${pid}/fd/${fd}`))
  return connections().find((one) => one.state === 'LISTEN' && sockets.has(`socket:[${one.inode}]`))?.localPort
}

/** The process that listens on a TCP port of this machine, if one does. */
export function listenerOf(port: number): number | undefined {
  const pids = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
  return pids.find((pid) => {
    try {
      return listeningPort(pid) === port
    } catch {
      return false
    }
  })
}

/** The IPv4 TCP sockets of this machine, with the bytes in their queues. */
export function connections() {
  const lines = read('/proc/net/tcp').trim().split('\n').slice(1)
  return lines.map((line) => {
    const [, local = '', remote = '', state, queues = ''] = line.trim().split(/\s+/)
    const [sending = '', received = ''] = queues.split(':')
    return {
      localPort: portOf(local),
      remotePort: portOf(remote),
      state: state === '0A' ? 'LISTEN' : state === '01' ? 'ESTABLISHED' : 'OTHER',
      unsentBytes: Number.parseInt(sending, 16),
      unreadBytes: Number.parseInt(received, 16),
      inode: line.trim().split(/\s+/)[9],
    }
  })
}

const portOf = (address: string) => Number.parseInt(address.split(':')[1] ?? '', 16)

/** Empty for a process that has exited meanwhile. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function link(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}
