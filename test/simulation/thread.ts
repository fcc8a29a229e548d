import { parentPort, workerData } from 'node:worker_threads'
import { loadRun } from './load.ts'
import { mutants } from './mutants.ts'
import { makePlan, type Plan } from './plan.ts'
import { Random } from './random.ts'
import type { FaultKind } from './world.ts'

/** The seeds that a thread runs: from `first` to before `end`, `step` apart. */
export type Share = {
  first: number
  step: number
  end: number
  faults: FaultKind[]
  mutant: string | null
  trace: boolean
  /** Whether a failed run is shortened before it is reported. */
  shorten: boolean
}

/** The result. A thread stops at its first broken promise. */
export type Report = {
  runs: number
  actions: number
  jobs: number
  events: number
  watchers: number
  struck: [kind: string, times: number][]
  broken: { seed: number; what: string; plan: Plan } | null
  trace: string[]
}

const { first, step, end, faults, mutant, trace, shorten } = workerData as Share
const { play } = await loadRun()
const planted = mutants.find(({ name }) => name === mutant)

/** Removes every action and fault without which a promise is still broken. */
async function shortened(plan: Plan): Promise<Plan> {
  let shortest = plan
  const attempt = async (shorter: Plan) => {
    if ((await play(shorter, { mutant: planted })).broken !== null) shortest = shorter
  }
  for (let i = plan.actions.length - 1; i >= 0; i--) {
    if (i < shortest.actions.length) await attempt({ ...shortest, actions: shortest.actions.toSpliced(i, 1) })
  }
  for (const kind of plan.faults) {
    await attempt({ ...shortest, faults: shortest.faults.filter((one) => one !== kind) })
  }
  return shortest
}

const report: Report = { runs: 0, actions: 0, jobs: 0, events: 0, watchers: 0, struck: [], broken: null, trace: [] }
const struck = new Map<string, number>()
for (let seed = first; seed < end && report.broken === null; seed += step) {
  const plan = makePlan(seed, new Random(seed), faults)
  const outcome = await play(plan, { mutant: planted })
  report.runs++
  report.actions += plan.actions.length
  report.jobs += outcome.jobs
  report.events += outcome.events
  report.watchers += outcome.watchers
  for (const [kind, times] of outcome.struck) struck.set(kind, (struck.get(kind) ?? 0) + times)
  const shortest = outcome.broken !== null && shorten ? await shortened(plan) : plan
  if (outcome.broken !== null) report.broken = { seed, what: outcome.broken, plan: shortest }
  if (trace) report.trace = (await play(shortest, { trace, mutant: planted })).trace
}
report.struck = [...struck]
parentPort?.postMessage(report)
