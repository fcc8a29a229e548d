import { RECONCILE_PAGE_MAX } from '../../src/platform/limits.ts'
import { printable } from '../job/text.ts'
import { type ExitCode, exitCodes } from '../job/usage.ts'
import { type Answer, type Call, pauseMs, TRIES_MAX } from './call.ts'

/** Milliseconds between two lines of progress. */
const PROGRESS_MS = 5_000

const outcomes = ['unchanged', 'updated', 'restored', 'removed', 'unknown'] as const

/** Outcomes, counted. `failed`: jobs, or objects, that could not be reconciled. */
export type Tally = Pick<Answer, (typeof outcomes)[number] | 'failed'>

/** Output and timers, which tests replace. */
export type Environment = {
  print(line: string): void
  printError(line: string): void
  sleep(ms: number): Promise<unknown>
}

/** Repairs the register: its rows first, then missing ones. Prints the outcomes, and names what failed. */
export async function reconcileAll(
  call: Call,
  objects: readonly string[],
  environment: Environment,
): Promise<ExitCode> {
  const register = await reconcileRegister(call, environment)
  environment.print(summary(register, 'row'))
  const asked = await reconcileObjects(call, objects, environment)
  environment.print(summary(asked, 'object'))
  const failed = [...register.failed.map((id) => `job ${id}`), ...asked.failed.map((id) => `object ${id}`)]
  if (failed.length === 0) return exitCodes.done
  environment.printError(
    'These could not be reached. Run it again; if they remain, job_not_reconciled in the log gives the reason:',
  )
  for (const name of failed) environment.printError(`  ${printable(name)}`)
  return exitCodes.failed
}

/** Compares every row of the register with its job. Retries failures. */
export async function reconcileRegister(call: Call, environment: Environment): Promise<Tally> {
  const show = progress(environment)
  let tally: Tally = nothing
  for (let after: number | null = 0; after !== null; ) {
    const from: number = after
    const page = await untilNoneFails(() => call({ after: from }), addRepeatedPage, environment)
    tally = { ...add(tally, page), failed: [...tally.failed, ...page.failed] }
    after = page.next
    show(`${count(sizeOf(tally), 'row')} compared`)
  }
  return tally
}

/** Makes every object repair or restore its row. Retries failures. */
export async function reconcileObjects(call: Call, ids: readonly string[], environment: Environment): Promise<Tally> {
  const show = progress(environment)
  let tally: Tally = nothing
  for (let at = 0; at < ids.length; at += RECONCILE_PAGE_MAX) {
    const batch = ids.slice(at, at + RECONCILE_PAGE_MAX)
    const done = await untilNoneFails((failed) => call({ objects: failed ?? batch }), add, environment)
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

/** For a later attempt at only what failed in the earlier one. */
function add<T extends Tally>(earlier: Tally, later: T): T {
  const sums = outcomes.map((outcome) => [outcome, earlier[outcome] + later[outcome]])
  return { ...later, ...Object.fromEntries(sums) }
}

/** For a later attempt at the whole page, in which repairs of the earlier one count as unchanged. */
function addRepeatedPage<T extends Tally>(earlier: Tally, later: T): T {
  const { updated, restored, removed } = add(earlier, later)
  const unchanged = Math.max(0, later.unchanged - earlier.updated - earlier.restored)
  return { ...later, unchanged, updated, restored, removed }
}

/** @param ask receives what failed before; `null` at first */
async function untilNoneFails(
  ask: (failed: string[] | null) => Promise<Answer>,
  join: (earlier: Answer, later: Answer) => Answer,
  { sleep }: Environment,
): Promise<Answer> {
  let answer = await ask(null)
  for (let attempt = 1; attempt < TRIES_MAX && answer.failed.length > 0; attempt++) {
    await sleep(pauseMs(attempt))
    answer = join(answer, await ask(answer.failed))
  }
  return answer
}

function progress({ print }: Environment): (line: string) => void {
  let shownMs = Date.now()
  return (line) => {
    if (Date.now() - shownMs < PROGRESS_MS) return
    shownMs = Date.now()
    print(line)
  }
}
