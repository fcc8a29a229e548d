import { runInDurableObject } from 'cloudflare:test'
import { vi } from 'vitest'
import { REPAINT_MS } from '../../src/platform/limits.ts'
import { alarmOf, runAlarm, startMs, stubOf } from './api.ts'

/** Fakes the clock and timers of the tests, the Worker and its objects: only `advance` moves them. */
export const freezeTime = () => vi.useFakeTimers({ now: startMs, toFake: ['Date', 'setTimeout', 'clearTimeout'] })

/** Advances the clock and fires the object's due timers, in its own context: the runtime refuses any other. */
export const advance = (id: string, ms: number) => runInDurableObject(stubOf(id), () => vi.advanceTimersByTimeAsync(ms))

/** Like `runToEnd` of api.ts, but in small steps of time, so that timers fire too. */
export async function advanceToEnd(id: string, strideMs = REPAINT_MS): Promise<void> {
  for (let alarmMs = await alarmOf(id); alarmMs !== null; alarmMs = await alarmOf(id)) {
    while (Date.now() + strideMs < alarmMs) await advance(id, strideMs)
    await advance(id, Math.max(0, alarmMs - Date.now()))
    await runAlarm(id)
  }
}
