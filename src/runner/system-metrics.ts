import { execFile } from 'node:child_process'
import { readdirSync, readFileSync, statfsSync } from 'node:fs'
import { cpus, freemem, totalmem } from 'node:os'
import type { Journal } from './journal.ts'
import { GPU_QUERY_MS_MAX, SYSTEM_METRICS_MS } from './limits.ts'
import type { Values } from './rules/lines.ts'
import { type Cpu, gpuMetrics, share } from './rules/machine.ts'
import type { Training } from './training.ts'

/** Clock ticks of a process's CPU time in a second, on every Linux that Node runs on. */
const TICKS_PER_S = 100
const PAGE_BYTES = 4_096
const MIB = 1024 * 1024

/** Adds a point of the machine's load at the last step that the process has reported, every SYSTEM_METRICS_MS. */
export function reportMachine(folder: string, training: Training, journal: Journal): NodeJS.Timeout {
  const machine = new SystemMetrics(folder)
  return setInterval(async () => {
    const { group } = training
    if (group === null) return
    const metrics = await machine.read(group)
    const { said, at } = journal.state
    // Before the first step there is none; and what an ended process has reported is complete.
    if (said.step === undefined || training.group === null) return
    const point = JSON.stringify({ step: said.step, timestamp: Date.now(), metrics })
    journal.add({ is: 'read', at, points: [point], lines: [] })
  }, SYSTEM_METRICS_MS)
}

/** Reads the load of the machine, and of the training process with all that it has started. What is not told is left out. */
class SystemMetrics {
  readonly #folder: string
  #cpu: Cpu = cpuTime()
  #group: { ticks: number; atMs: number } | null = null
  #hasGpus = true

  /** @param folder on the disk that is read */
  constructor(folder: string) {
    this.#folder = folder
  }

  async read(group: number): Promise<Values> {
    const cpu = cpuTime()
    const busy = share(this.#cpu, cpu)
    this.#cpu = cpu
    return {
      ...(busy === null ? {} : { 'system/cpu_percent': busy }),
      'system/memory_percent': rounded((100 * (totalmem() - available())) / totalmem()),
      ...this.#disk(),
      ...this.#ofGroup(group),
      ...(await this.#gpus()),
    }
  }

  #disk(): Values {
    try {
      const { blocks, bavail } = statfsSync(this.#folder)
      return { 'system/disk_percent': rounded((100 * (blocks - bavail)) / blocks) }
    } catch {
      return {}
    }
  }

  #ofGroup(group: number): Values {
    const used = groupUse(group)
    if (used === null) return {}
    const now = { ticks: used.ticks, atMs: performance.now() }
    const before = this.#group
    this.#group = now
    const memory = { 'system/process_memory_mb': rounded(used.bytes / MIB) }
    // A child that has ended takes its time with it.
    if (before === null || now.ticks < before.ticks) return memory
    const seconds = (now.atMs - before.atMs) / 1_000
    return {
      'system/process_cpu_percent': rounded((100 * (now.ticks - before.ticks)) / TICKS_PER_S / seconds),
      ...memory,
    }
  }

  async #gpus(): Promise<Values> {
    if (!this.#hasGpus) return {}
    const query = ['--query-gpu=index,utilization.gpu,memory.used,memory.total,temperature.gpu,power.draw']
    const text = await new Promise<string | null>((resolve) =>
      execFile('nvidia-smi', [...query, '--format=csv,noheader,nounits'], { timeout: GPU_QUERY_MS_MAX }, (error, out) =>
        resolve(error === null ? out : error.code === 'ENOENT' ? null : ''),
      ),
    )
    this.#hasGpus = text !== null
    return gpuMetrics(text ?? '')
  }
}

const rounded = (value: number): number => Math.round(value * 10) / 10

function cpuTime(): Cpu {
  const times = cpus().map((one) => one.times)
  const sum = (of: (one: (typeof times)[number]) => number) => times.reduce((total, one) => total + of(one), 0)
  return { idle: sum(({ idle }) => idle), all: sum(({ user, nice, sys, idle, irq }) => user + nice + sys + idle + irq) }
}

/** Bytes of memory to be had. Linux counts what caches hold as used, and gives it back. */
function available(): number {
  try {
    return Number(/^MemAvailable:\s+(\d+)/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1]) * 1024 || freemem()
  } catch {
    return freemem()
  }
}

/** CPU time and memory of all processes of a group; `null`: this system does not tell. */
function groupUse(group: number): { ticks: number; bytes: number } | null {
  if (process.platform !== 'linux') return null
  let [ticks, pages] = [0, 0]
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      if (Number(fields[2]) !== group) continue
      ticks += Number(fields[11]) + Number(fields[12])
      pages += Number(fields[21])
    } catch {
      // It has ended meanwhile.
    }
  }
  return { ticks, bytes: pages * PAGE_BYTES }
}
