import { setTimeout as sleep } from 'node:timers/promises'
import { HISTORY_WINDOW_POINTS, REPAINT_MS } from '../../src/platform/limits.ts'
import type { Comparison, Rounds } from './figures.ts'
import { withServer } from './server.ts'
import { longJob, streamOf } from './setup.ts'
import { type FanOut, fanOut } from './streams.ts'
import { batches, Trained } from './trained.ts'

/** Events of a recorded curve are to cost no more than those of a computed one, within what rounds differ. */
const TARGET = 0.9

const WATCHERS = 1_000

/** The fan-out of a job that a runner reports on, a step twice in each update, compared with a simulated job's. */
export function measureRecorded(rounds: Rounds): Promise<Comparison<FanOut>> {
  return withServer(async (server) => {
    const computed = await streamOf(server.ours, await longJob(server.ours))
    const trained = await Trained.create(server.ours)
    const [batch] = batches
    let isOver = false
    const reports = (async () => {
      while (!isOver && batch !== undefined) {
        await trained.report(batch)
        await sleep(REPAINT_MS / 2)
      }
    })()
    await sleep(HISTORY_WINDOW_POINTS * (REPAINT_MS / 2))
    const recorded = await streamOf(server.ours, trained.id)
    const name = `${WATCHERS.toLocaleString('en')}, of a recorded curve`
    const sides = await rounds(`stream, ${name}`, async () => ({
      ours: await fanOut(recorded, WATCHERS, server.pid),
      bare: await fanOut(computed, WATCHERS, server.pid),
    }))
    isOver = true
    await reports
    await trained.finish()
    return { name, base: 'computed curve', target: TARGET, ...sides }
  })
}
