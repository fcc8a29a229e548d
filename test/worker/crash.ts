import { abortAllDurableObjects } from 'cloudflare:test'
import { interceptD1 } from './d1-probe.ts'

/**
 * When all objects die: before a statement is sent to D1, after D1 carried it out but before its answer arrives, or while
 * it is in transit, so that it arrives late.
 */
export type Moment = 'before' | 'after' | 'late'

/**
 * Runs some work and kills all objects at its nth write to D1, or after the work if there are fewer writes. If the Worker
 * itself was writing, its statement fails.
 *
 * @param hold receives a function that delivers the late statement
 */
export async function crashDuring<T>(
  work: () => Promise<T>,
  write: number,
  moment: Moment,
  hold: (arrive: () => Promise<unknown>) => void,
): Promise<T> {
  const state = { writes: 0, reached: false, over: false }
  const before = interceptD1(async (statements, send) => {
    const isWrite = !statements[0]?.sql.startsWith('SELECT')
    if (isWrite) state.writes++
    if (state.over || !isWrite || state.writes !== write) return before(statements, send)
    if (moment === 'after') await before(statements, send)
    if (moment === 'late') hold(send)
    state.reached = true
    while (!state.over) await turn()
    throw new Error('D1_ERROR: the answer is lost')
  })
  const done = work().finally(() => {
    state.over = true
  })
  // Polled, not awaited: aborting an object from within its own event ends the whole runtime.
  while (!state.reached && !state.over) await turn()
  await abortAllDurableObjects()
  state.over = true
  interceptD1(before)
  return done
}

const turn = () => new Promise<void>((resolve) => setTimeout(resolve, 0))
