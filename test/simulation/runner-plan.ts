import { type Action, makeFault, type Plan } from './plan.ts'
import { Random } from './random.ts'
import { type FaultKind, faultKinds, runnerFaultKinds } from './world.ts'

/** What happens to a runner's machine. `machine`: an index into those of the run. */
export type MachineAction = { atMs: number; machine: number } & (
  | { do: 'die' }
  | { do: 'freeze'; ms: number }
  | { do: 'restart'; ms: number; forgets: boolean }
  | { do: 'release'; ms: number }
)

/** The runners of a run, and how long jobs wait for them. */
export type Runners = {
  machines: { startMs: number; losesEverySecond: boolean }[]
  lostAfterS: number
  givenUpAfterS: number
}

const MINUTE_MS = 60_000

/** Adds runners to every second plan, from a random stream of their own: the rest of the plan stays what it was. */
export function withRunners(plan: Plan, allowed: readonly FaultKind[]): Plan {
  if (plan.seed % 2 !== 0) return plan
  const random = new Random(plan.seed ^ 0x72756e)
  const share = random.pick([0, 0.3, 0.6, 1])
  const ours = runnerFaultKinds.filter((kind) => random.chance(share) && allowed.includes(kind))
  const all = plan.faults.filter((kind) => (faultKinds as readonly string[]).includes(kind))
  const spanMs = random.pick([2, 10, 30]) * MINUTE_MS
  const machines = Array.from({ length: random.int(1, 4) }, () => ({
    // Some begin, and claim, at the same moment.
    startMs: random.pick([0, 0, 2_000, 60_000]),
    losesEverySecond: ours.includes('every-second-unanswered') && random.chance(0.3),
  }))
  const actions: Action[] = [makeJob(random, 0)]
  for (let i = random.int(2, random.chance(0.3) ? 50 : 20); i > 0; i--) actions.push(makeAction(random, spanMs))
  for (let i = random.int(0, ours.length); i > 0; i--) {
    const fault = makeMachineFault(random, random.int(0, spanMs), ours, machines.length)
    if (fault !== null) actions.push(fault)
  }
  for (let i = random.int(0, all.length); i > 0; i--) {
    const fault = makeFault(random, random.int(0, spanMs), all)
    if (fault !== null) actions.push(fault)
  }
  return {
    ...plan,
    slots: plan.slots + random.int(0, 2),
    faults: [...plan.faults, ...ours],
    actions: [...plan.actions, ...actions].sort((a, b) => a.atMs - b.atMs),
    runners: { machines, lostAfterS: random.pick([60, 300, 600]), givenUpAfterS: random.pick([600, 1_800]) },
  }
}

const makeJob = (random: Random, atMs: number): Action => ({
  ...{ atMs, do: 'create', epochs: 1, mayWait: random.chance(0.5), key: null },
  options: { trainer: 'runner', maxAttempts: random.pick([undefined, 1, 2]) },
})

function makeAction(random: Random, spanMs: number): Action {
  const atMs = random.int(0, spanMs)
  const job = random.int(0, 9)
  const roll = random.next()
  if (roll < 0.2) return makeJob(random, random.int(0, Math.min(spanMs, 5 * MINUTE_MS)))
  if (roll < 0.7) {
    const command = random.pick([
      'pause',
      'pause',
      'resume',
      'resume',
      'resume',
      'cancel',
      'give_up',
      'delete',
    ] as const)
    const mayWait = command === 'resume' && random.chance(0.5)
    const graceS = random.pick([0, 10, 60, 600])
    return { atMs, do: 'command', job, command, mayWait, atAlarm: random.chance(0.1), graceS }
  }
  if (roll < 0.8) return { atMs, do: 'read', job }
  return { atMs, do: 'watch', job, mode: random.chance(0.8) ? 'delta' : 'window' }
}

function makeMachineFault(random: Random, atMs: number, faults: readonly FaultKind[], machines: number): Action | null {
  const machine = random.int(0, machines - 1)
  switch (random.pick(faults)) {
    case 'stellwerk-away':
      return { atMs, do: 'down', ms: random.pick([random.int(100, 90_000), random.int(1, 20) * MINUTE_MS]) }
    case 'runner-dies':
      return { atMs, do: 'die', machine }
    case 'runner-freezes':
      return {
        atMs,
        do: 'freeze',
        machine,
        ms: random.pick([90_000, 15 * MINUTE_MS, random.int(1_000, 20 * MINUTE_MS)]),
      }
    case 'runner-restarts':
      return random.chance(0.3)
        ? { atMs, do: 'release', machine, ms: random.int(1_000, 10 * MINUTE_MS) }
        : { atMs, do: 'restart', machine, ms: random.int(10, 5 * MINUTE_MS), forgets: random.chance(0.4) }
    default:
      return null
  }
}
