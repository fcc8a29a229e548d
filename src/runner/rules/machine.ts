import type { Values } from './lines.ts'

/** Time that all cores were idle, and all of their time, in any unit. */
export type Cpu = { idle: number; all: number }

/** Per cent of the time between two readings in which the cores were busy; `null`: no time has passed. */
export function share(before: Cpu, after: Cpu): number | null {
  const all = after.all - before.all
  return all <= 0 ? null : Math.round(1_000 * (1 - (after.idle - before.idle) / all)) / 10
}

const columns = ['utilization_percent', 'memory_used_mb', 'memory_total_mb', 'temperature_celsius', 'power_watts']

/**
 * The lines of `nvidia-smi --query-gpu=index,utilization.gpu,memory.used,memory.total,temperature.gpu,power.draw
 * --format=csv,noheader,nounits`. What a card does not tell stands there as `[N/A]`, and is left out, as is any other line.
 */
export function gpuMetrics(csv: string): Values {
  const values = csv.split('\n').flatMap((line) => {
    const [index, ...cells] = line.split(',').map((cell) => cell.trim())
    if (!/^\d+$/.test(index ?? '') || cells.length !== columns.length) return []
    return columns.flatMap((column, i) => {
      const value = cells[i] === '' ? Number.NaN : Number(cells[i])
      return Number.isFinite(value) ? [[`system/gpu${index}/${column}`, value] as const] : []
    })
  })
  return Object.fromEntries(values)
}
