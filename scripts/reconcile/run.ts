import { RECONCILE_PAGE_MAX } from '../../src/platform/limits.ts'
import { printable } from '../job/format.ts'
import { type ExitCode, exitCodes } from '../job/usage.ts'
import { type Answer, type Call, pauseMs, TRIES_MAX } from './call.ts'

/** Milliseconds between two lines that say how far it is. */
const PROGRESS_MS = 5_000

const outcomes = ['unchanged', 'updated', 'restored', 'removed', 'unknown'] as const

/** What came of asking. `failed`: jobs, or objects, that could not be asked. */
export type Tally = Pick<Answer, (typeof outcomes)[number] | 'failed'>

/** Where it is said how far it is, and what is wrong; and how time is waited for. */
export type Surroundings = {
  print(line: string): void
  complain(line: string): void
  sleep(ms: number): Promise<unknown>
}

/** Puts the register right: its rows first, then what is missing in it. Says what came of it, and names what failed. */
export async function reconcileAll(call: Call, objects: readonly string[], around: Surroundings): Promise<ExitCode> {
  const register = await reconcileRegister(call, around)
  around.print(summary(register, 'row'))
  const asked = await reconcileObjects(call, objects, around)
  around.print(summary(asked, 'object'))
  const failed = [...register.failed.map((id) => `job ${id}`), ...asked.failed.map((id) => `object ${id}`)]
  if (failed.length === 0) return exitCodes.done
  around.complain('These could not be asked. Run it again; if they remain, job_not_reconciled in the log says why:')
  for (const name of failed) around.complain(`  ${printable(name)}`)
  return exitCodes.failed
}

/** Compares every row of the register with its job. What failed is tried again. */
export async function reconcileRegister(call: Call, around: Surroundings): Promise<Tally> {
  const show = progress(around)
  let tally: Tally = nothing
  for (let after: number | null = 0; after !== null; ) {
    const from: number = after
    const page = await untilNoneFails(() => call({ after: from }), anew, around)
    tally = { ...add(tally, page), failed: [...tally.failed, ...page.failed] }
    after = page.next
    show(`${count(sizeOf(tally), 'row')} compared`)
  }
  return tally
}

/** Has every object put right, or put back, its row. What failed is tried again. */
export async function reconcileObjects(call: Call, ids: readonly string[], around: Surroundings): Promise<Tally> {
  const show = progress(around)
  let tally: Tally = nothing
  for (let at = 0; at < ids.length; at += RECONCILE_PAGE_MAX) {
    const batch = ids.slice(at, at + RECONCILE_PAGE_MAX)
    const done = await untilNoneFails((failed) => call({ objects: failed ?? batch }), add, around)
    tally = { ...add(tally, done), failed: [...tally.failed, ...done.failed] }
    show(`${sizeOf(tally)} of ${count(ids.length, 'object')} asked`)
  }
  return tally
}

/** `3 rows: 1 unchanged, 2 updated, …` */
export function summary(tally: Tally, what: string): string {
  const counts = outcomes.map((outcome) => `${tally[outcome]} ${outcome}`)
  return `${count(sizeOf(tally), what)}: ${[...counts, `${tally.failed.length} failed`].join(', ')}`
}

const nothing: Tally = { unchanged: 0, updated: 0, restored: 0, removed: 0, unknown: 0, failed: [] }
const count = (size: number, what: string) => `${size} ${what}${size === 1 ? '' : 's'}`
const sizeOf = (tally: Tally) => outcomes.reduce((sum, outcome) => sum + tally[outcome], tally.failed.length)

/** The later try was of what had failed in the earlier one. */
function add<T extends Tally>(earlier: Tally, later: T): T {
  const sums = outcomes.map((outcome) => [outcome, earlier[outcome] + later[outcome]])
  return { ...later, ...Object.fromEntries(sums) }
}

/** The later try was of the whole page, in which what the earlier one has put right counts as unchanged. */
function anew<T extends Tally>(earlier: Tally, later: T): T {
  const { updated, restored, removed } = add(earlier, later)
  const unchanged = Math.max(0, later.unchanged - earlier.updated - earlier.restored)
  return { ...later, unchanged, updated, restored, removed }
}

/** @param ask is given what failed before; `null` at first */
async function untilNoneFails(
  ask: (failed: string[] | null) => Promise<Answer>,
  join: (earlier: Answer, later: Answer) => Answer,
  { sleep }: Surroundings,
): Promise<Answer> {
  let answer = await ask(null)
  for (let attempt = 1; attempt < TRIES_MAX && answer.failed.length > 0; attempt++) {
    await sleep(pauseMs(attempt))
    answer = join(answer, await ask(answer.failed))
  }
  return answer
}

function progress({ print }: Surroundings): (line: string) => void {
  let shownMs = Date.now()
  return (line) => {
    if (Date.now() - shownMs < PROGRESS_MS) return
    shownMs = Date.now()
    print(line)
  }
}
