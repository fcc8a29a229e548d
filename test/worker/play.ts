import { runInDurableObject } from 'cloudflare:test'
import { vi } from 'vitest'
import { REPAINT_MS } from '../../src/platform/limits.ts'
import { alarmOf, runAlarm, startMs, stubOf } from './api.ts'

/** Sets the clock and stops the timers of the tests, the Worker and its objects: both move with `pass` alone. */
export const stopTime = () => vi.useFakeTimers({ now: startMs, toFake: ['Date', 'setTimeout', 'clearTimeout'] })

/** Moves the clock, and lets the object's timers that fall due fire: in its own context, or the runtime refuses them. */
export const pass = (id: string, ms: number) => runInDurableObject(stubOf(id), () => vi.advanceTimersByTimeAsync(ms))

/** As `runToEnd` of api.ts, but passing the time in strides, so that timers fire too. */
export async function playToEnd(id: string, strideMs = REPAINT_MS): Promise<void> {
  for (let alarmMs = await alarmOf(id); alarmMs !== null; alarmMs = await alarmOf(id)) {
    while (Date.now() + strideMs < alarmMs) await pass(id, strideMs)
    await pass(id, Math.max(0, alarmMs - Date.now()))
    await runAlarm(id)
  }
}
