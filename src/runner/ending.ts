import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { filesIn } from './checkpoints.ts'
import { ERROR_MESSAGE_LENGTH_MAX } from './limits.ts'
import type { Said } from './rules/outbox.ts'
import { type Exit, type Outcome, outcomeOf } from './rules/outcome.ts'
import type { Finish, Stop } from './state.ts'
import { Abandoned, type Store, StoreRefused } from './store.ts'

/** What an attempt has come to, and why. @param exit `null`: the process never began */
export function endOf(exit: Exit | null, stop: Stop | null, said: Said) {
  const requested = stop?.request?.what ?? null
  if (exit !== null)
    return outcomeOf({
      exit,
      requested,
      isReleasing: stop?.why === 'release',
      sent: stop?.sent ?? [],
      done: doneBy(said),
    })
  const outcome = requested === null ? 'released' : requested === 'pause' ? 'paused' : 'cancelled'
  return { outcome, why: 'The process had not begun' } as const
}

function doneBy({ completed, step, totalSteps }: Said): 'said' | 'last-step' | null {
  if (completed !== undefined) return 'said'
  return totalSteps !== undefined && step !== undefined && step >= totalSteps - 1 ? 'last-step' : null
}

export function finishFor(exit: Exit | null, stop: Stop | null, said: Said, outcome: Outcome, why: string): Finish {
  const request = stop?.request ?? null
  return {
    outcome,
    ...(outcome === 'failed' ? { error_message: why.slice(0, ERROR_MESSAGE_LENGTH_MAX) } : {}),
    ...(exit === null || exit.status === null ? {} : { exit_status: exit.status }),
    ...(exit === null || exit.signal === null ? {} : { signal: exit.signal }),
    ...(outcome !== 'completed' || said.completed === undefined ? {} : { metrics: said.completed }),
    ...(request === null ? {} : { acknowledged: request.id }),
  }
}

/**
 * Stores the files of the model. What an earlier attempt has stored of its own is deleted, since that was broken off.
 *
 * @param attempt the number of this one
 * @param note adds a line to the output
 * @returns `abandoned`: the signal was aborted first · `refused`: half a model must not complete a job
 */
export async function storeModel(
  store: Store,
  folder: string,
  attempt: number,
  note: (text: string) => void,
  signal: AbortSignal,
): Promise<{ is: 'stored' | 'abandoned' } | { is: 'refused'; why: string }> {
  const files = existsSync(folder) ? filesIn(folder) : []
  if (files.length === 0) return { is: 'stored' }
  let known: Awaited<ReturnType<Store['list']>>
  try {
    known = await store.list('model/', signal)
  } catch (error) {
    if (error instanceof Abandoned) return { is: 'abandoned' }
    note(`The model is not stored: ${String(error)}`)
    return { is: 'stored' }
  }
  try {
    const own = new Map(files.map((file) => [`model/${file.normalize()}`, join(folder, file)]))
    const left = known.filter(({ path, attempt: by }) => by !== null && by < attempt && !own.has(path))
    for (const { path } of left) await store.remove(path, signal)
    for (const [path, file] of own) await store.put(path, file, known, signal)
    return { is: 'stored' }
  } catch (error) {
    if (error instanceof Abandoned) return { is: 'abandoned' }
    return { is: 'refused', why: error instanceof StoreRefused ? error.message : String(error) }
  }
}
