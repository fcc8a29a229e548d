import fc from 'fast-check'
import type { Fault } from './judge.ts'
import { plansOf } from './plans.ts'
import type { Plan } from './request.ts'
import type { Outcome, World } from './world.ts'

/** Requests between two looks after the population. */
const BLOCK = 100
/** Blocks of which one finds every slot taken. */
const BUSY_EACH = 4
/** Different faults that are shortened and told. */
const TOLD_MAX = 12
/** Requests sent for shortening one, unless told. */
const SHORTENING_REQUESTS = 300

export type Options = {
  requests: number
  seed: number
  only?: string | undefined
  shorteningRequests?: number
  onOutcome?: (index: number, outcome: Outcome) => void
}

/** A rule that was broken, by which request of the run, and the shortest one found that breaks it. */
export type Failure = {
  fault: Fault
  index: number
  outcome: Outcome
  /** Leads to the shortest request: fast-check's path behind the seed. `null`: on its own it breaks nothing. */
  path: string | null
  shortest: Outcome | null
}

/** Plays a seed's requests. The same seed gives the same requests, however many of them are played. */
export async function fuzz(world: World, options: Options): Promise<Failure[]> {
  const { requests, seed, only, onOutcome, shorteningRequests = SHORTENING_REQUESTS } = options
  const plans = fc.sample(plansOf(world.document, only), { seed, numRuns: requests })
  const failures = new Map<string, Failure>()
  for (let start = 0; start < plans.length && failures.size < TOLD_MAX; start += BLOCK) {
    await world.tend(isBusy(start))
    const outcomes = await world.play(plans.slice(start, start + BLOCK))
    for (const [at, outcome] of outcomes.entries()) {
      onOutcome?.(start + at, outcome)
      for (const fault of outcome.faults) {
        const key = `${fault.rule} ${outcome.exchange.plan.operation} ${outcome.exchange.answer.status}`
        const failure = { fault, index: start + at, outcome, path: null, shortest: null }
        if (!failures.has(key)) failures.set(key, failure)
      }
    }
  }
  const shortened: Failure[] = []
  for (const failure of failures.values()) {
    shortened.push(await shorten(world, { seed, only }, failure, shorteningRequests))
  }
  return culprits(shortened)
}

/** Of requests on their way at the same time any may have changed something: the one that also does it alone has. */
function culprits(failures: Failure[]): Failure[] {
  const isChange = ({ fault }: Failure) => fault.rule.endsWith('changes nothing')
  const isFound = failures.some((one) => isChange(one) && one.path !== null)
  return failures.filter((one) => !(isFound && isChange(one) && one.path === null))
}

const isBusy = (index: number) => Math.floor(index / BLOCK) % BUSY_EACH === BUSY_EACH - 1

type From = { seed: number; only?: string | undefined }

/** Looks for the simplest request that breaks the same rule, with the same population. */
async function shorten(world: World, from: From, failure: Failure, maxRequests: number): Promise<Failure> {
  const { index, fault } = failure
  let shortest: Outcome | null = null
  let sent = 0
  const { counterexamplePath } = await fc.check(
    fc.asyncProperty(plansOf(world.document, from.only), async (plan) => {
      if (sent++ >= maxRequests) return true
      const outcome = await alone(world, plan, index)
      const isBroken = outcome.faults.some(({ rule }) => rule === fault.rule)
      if (isBroken) shortest = outcome
      return !isBroken
    }),
    { seed: from.seed, path: String(index), numRuns: index + 1 },
  )
  return { ...failure, path: counterexamplePath, shortest }
}

/** Sends the one request that a path leads to. */
export async function replay(world: World, from: From, path: string): Promise<Outcome> {
  const [plan] = fc.sample(plansOf(world.document, from.only), { seed: from.seed, path, numRuns: 1 })
  if (plan === undefined) throw new Error(`The path ${path} leads nowhere`)
  return alone(world, plan, Number(path.split(':')[0]))
}

async function alone(world: World, plan: Plan, index: number): Promise<Outcome> {
  await world.tend(isBusy(index))
  const [outcome] = await world.play([plan])
  if (outcome === undefined) throw new Error('A request without an outcome')
  return outcome
}
