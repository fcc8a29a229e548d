import { orderFor } from './environment.ts'
import { fetchInputs } from './inputs.ts'
import { DISK_AGAIN_MS, LOOK_MS } from './limits.ts'
import type { Options } from './options.ts'
import type { Say } from './say.ts'
import type { StoredAttempt } from './state.ts'
import { Abandoned, type Store, StoreRefused } from './store.ts'
import type { Training } from './training.ts'
import { sleep } from './wait.ts'

export type StartParts = {
  options: Options
  attempt: StoredAttempt
  folder: string
  training: Training
  store: Store
  /** Whether the process is to end already. */
  mustStop: () => boolean
  say: Say
  /** Adds a line to the output. */
  note: (text: string) => void
}

/** Fetches what the process needs, and starts it, unless that was done. @returns why it cannot be started */
export async function startTraining(parts: StartParts): Promise<string | null> {
  const { options, attempt, folder, training, store, mustStop, say, note } = parts
  const stop = new AbortController()
  const look = setInterval(() => mustStop() && stop.abort(), LOOK_MS)
  try {
    while (!training.isStarted && !mustStop()) {
      try {
        const inputs = await fetchInputs(store, attempt, folder, note, stop.signal)
        if (mustStop()) break
        training.start(orderFor(options, attempt, folder, inputs))
        say('started', `Started: ${options.command.join(' ')}`)
      } catch (error) {
        if (error instanceof Abandoned) break
        if (error instanceof StoreRefused) return error.message
        say('not_started', `The process cannot be started yet: ${String(error)}`)
        await sleep(DISK_AGAIN_MS, stop.signal)
      }
    }
    return null
  } finally {
    clearInterval(look)
  }
}
