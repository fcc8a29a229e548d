import { abortAllDurableObjects } from 'cloudflare:test'
import { aroundD1 } from './probe.ts'

/**
 * When all objects die: before a statement is sent to D1, after D1 carried it out but before its answer is heard, or while
 * it is on its way, so that it arrives late.
 */
export type Moment = 'before' | 'after' | 'late'

/**
 * Does some work, and lets all objects die at the nth time that it writes to D1; after the work, if it writes less. Where
 * it was the Worker itself that wrote, its statement fails.
 *
 * @param hold takes what has the statement arrive, when it is late
 */
export async function crashDuring<T>(
  work: () => Promise<T>,
  write: number,
  moment: Moment,
  hold: (arrive: () => Promise<unknown>) => void,
): Promise<T> {
  const state = { writes: 0, reached: false, over: false }
  const before = aroundD1(async (statements, send) => {
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
  // Looked for, not waited for: to abort an object within its own turn ends the whole runtime.
  while (!state.reached && !state.over) await turn()
  await abortAllDurableObjects()
  state.over = true
  aroundD1(before)
  return done
}

const turn = () => new Promise<void>((resolve) => setTimeout(resolve, 0))
