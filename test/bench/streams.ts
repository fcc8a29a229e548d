import { setTimeout as sleep } from 'node:timers/promises'
import { REPAINT_MS } from '../../src/platform/limits.ts'
import { Audience, type Stream } from './audience.ts'
import { cpuSeconds, residentBytes } from './process.ts'
import { quantile } from './statistics.ts'

/** Milliseconds by which an update may be late and still count as on time: imperceptible to the eye. */
export const ON_TIME_MS = 100

/** Milliseconds of watching in one round: twelve updates. */
const WATCH_MS = 12 * REPAINT_MS

/** The measurements of one stream with so many watchers in one round. */
export type FanOut = {
  perSecond: number
  perCpuSecond: number
  eventBytes: number
  p50Ms: number
  p99Ms: number
  /** Share of the expected updates that watchers received, 0–1. */
  onTime: number
  /** Resident bytes that each watcher added; meaningful only in a fresh process. */
  watcherBytes: number
}

/** Watches a stream with so many watchers. `pid`: the process whose CPU and memory are measured. */
export async function fanOut(stream: Stream, watchers: number, pid: number): Promise<FanOut> {
  const audience = new Audience(stream, REPAINT_MS)
  const residentBefore = residentBytes(pid)
  await audience.join(watchers)
  await sleep(2 * REPAINT_MS)
  const seen = await watch(audience, pid)
  const watcherBytes = (residentBytes(pid) - residentBefore) / watchers
  audience.leave()
  await sleep(REPAINT_MS)
  return { ...seen, watcherBytes }
}

/** Measures an audience for WATCH_MS. */
export async function watch(audience: Audience, pid: number): Promise<FanOut> {
  audience.take()
  const beforeS = cpuSeconds(pid)
  const beganMs = performance.now()
  await sleep(WATCH_MS)
  const { events, bytes, latenessMs } = audience.take()
  const seconds = (performance.now() - beganMs) / 1_000
  // One less, since the period may start just after an update. Fewer means that some were missed.
  const due = audience.size * (Math.floor(WATCH_MS / REPAINT_MS) - 1)
  return {
    perSecond: events / seconds,
    perCpuSecond: events / (cpuSeconds(pid) - beforeS),
    eventBytes: bytes / events,
    p50Ms: quantile(latenessMs, 0.5),
    p99Ms: quantile(latenessMs, 0.99),
    onTime: latenessMs.filter((ms) => ms <= ON_TIME_MS).length / Math.max(due, events),
    watcherBytes: 0,
  }
}
