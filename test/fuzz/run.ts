import fc from 'fast-check'
import type { Fault } from './checks.ts'
import { plansOf } from './plans.ts'
import type { Plan } from './request.ts'
import type { Outcome, World } from './world.ts'

/** Requests between two maintenances of the population. */
const BLOCK = 100
/** Every so many blocks, one runs with all slots taken. */
const BUSY_EACH = 4
/** Maximum number of different faults that are shortened and reported. */
const TOLD_MAX = 12
/** Default number of requests for shortening one. */
const SHORTENING_REQUESTS = 300

export type Options = {
  requests: number
  seed: number
  only?: string | undefined
  shorteningRequests?: number
  onOutcome?: (index: number, outcome: Outcome) => void
}

/** A broken rule, the request of the run that broke it, and the shortest one found that does. */
export type Failure = {
  fault: Fault
  index: number
  outcome: Outcome
  /** fast-check's path to the shortest request. `null`: on its own the request breaks nothing. */
  path: string | null
  shortest: Outcome | null
}

/** Sends a seed's requests. The same seed gives the same requests, whatever their number. */
export async function fuzz(world: World, options: Options): Promise<Failure[]> {
  const { requests, seed, only, onOutcome, shorteningRequests = SHORTENING_REQUESTS } = options
  const plans = fc.sample(plansOf(world.document, only), { seed, numRuns: requests })
  const failures = new Map<string, Failure>()
  for (let start = 0; start < plans.length && failures.size < TOLD_MAX; start += BLOCK) {
    await world.maintain(isBusy(start))
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

/** Any of several concurrent requests may have changed something: keep the one that also does so alone. */
function culprits(failures: Failure[]): Failure[] {
  const isChange = ({ fault }: Failure) => fault.rule.endsWith('changes nothing')
  const isFound = failures.some((one) => isChange(one) && one.path !== null)
  return failures.filter((one) => !(isFound && isChange(one) && one.path === null))
}

const isBusy = (index: number) => Math.floor(index / BLOCK) % BUSY_EACH === BUSY_EACH - 1

type From = { seed: number; only?: string | undefined }

/** Searches for the simplest request that breaks the same rule, with the same population. */
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
  await world.maintain(isBusy(index))
  const [outcome] = await world.play([plan])
  if (outcome === undefined) throw new Error('A request without an outcome')
  return outcome
}
