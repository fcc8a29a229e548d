import type { CreationOptions } from '../../src/jobs/create-job.ts'
import type { Command } from '../../src/jobs/rules/refusals.ts'
import { type FileAction, withFiles } from './file-plan.ts'
import type { Random } from './random.ts'
import { type MachineAction, type Runners, withRunners } from './runner-plan.ts'
import { type FaultKind, faultKinds } from './world.ts'

/** An action in a run. `job` is an index into the jobs created so far, modulo their number. */
export type Action =
  | ({ atMs: number } & (
      | { do: 'create'; epochs: number; mayWait: boolean; key: string | null; options?: CreationOptions }
      | { do: 'command'; job: number; command: Command; mayWait: boolean; atAlarm: boolean; graceS?: number }
      | { do: 'read'; job: number }
      | { do: 'edit'; job: number; notes: string }
      | { do: 'list' }
      | { do: 'watch'; job: number; mode: 'window' | 'delta' }
      | { do: 'activate'; version: number }
      | { do: 'remove'; version: number }
    ))
  | FaultAction
  | FileAction
  | MachineAction

/** A fault that strikes at a certain time. */
export type FaultAction = { atMs: number } & (
  | { do: 'evict'; job: number }
  | { do: 'fire'; job: number }
  | { do: 'lose'; job: number }
  | { do: 'late'; job: number; ms: number }
  | { do: 'deploy' }
  | { do: 'away'; ms: number }
  | { do: 'jump'; ms: number }
  | { do: 'restore'; backMs: number }
  | { do: 'vanish'; job: number }
  | { do: 'down'; ms: number }
)

/** Defines a run; all other randomness derives from the seed. */
export type Plan = {
  seed: number
  faults: FaultKind[]
  speed: number
  failsAt: string
  slots: number
  actions: Action[]
  /** `null`: a run without runners. */
  runners: Runners | null
  /** Whether its runners have files. */
  hasFiles: boolean
}

/** The settings of a run. */
export const varsOf = ({ slots, speed, failsAt, runners }: Plan): Record<string, string> => ({
  MAX_ACTIVE_JOBS: String(slots),
  SIMULATION_SPEED: String(speed),
  SIMULATION_FAILS_AT: failsAt,
  ...(runners && {
    RUNNER_LOST_AFTER_S: String(runners.lostAfterS),
    RUNNER_GIVEN_UP_AFTER_S: String(runners.givenUpAfterS),
  }),
})

const COMMANDS_MAX = 60

/** Generates a plan from a seed. Each run has only some kinds of faults, so that one does not always mask another. */
export function makePlan(seed: number, random: Random, allowed: readonly FaultKind[]): Plan {
  const share = random.pick([0, 0.3, 0.6, 1])
  const faults = faultKinds.filter((kind) => random.chance(share) && allowed.includes(kind))
  const commands = random.int(3, random.chance(0.3) ? COMMANDS_MAX : 20)
  const spanMs = random.pick([5_000, 60_000, 240_000])
  const actions: Action[] = [{ atMs: 0, do: 'create', epochs: random.int(1, 2), mayWait: false, key: null }]
  for (let i = 1; i < commands; i++) {
    const atMs = random.int(0, spanMs)
    const action = makeAction(random, atMs)
    actions.push(action)
    // Two concurrent actions, often on the same job.
    if (random.chance(0.25))
      actions.push({ ...makeAction(random, atMs), ...('job' in action ? { job: action.job } : {}) } as Action)
  }
  for (let i = random.int(0, faults.length); i > 0; i--) {
    const fault = makeFault(random, random.int(0, spanMs), faults)
    if (fault !== null) actions.push(fault)
  }
  const plan: Plan = {
    seed,
    faults,
    speed: random.pick([1, 1, 5, 50]),
    failsAt: random.chance(0.1) ? String(random.int(0, 200)) : '',
    slots: random.pick([1, 1, 1, 2, 3]),
    actions: actions.sort((a, b) => a.atMs - b.atMs),
    runners: null,
    hasFiles: false,
  }
  return withFiles(withRunners(plan, allowed), allowed)
}

function makeAction(random: Random, atMs: number): Action {
  const job = random.int(0, 9)
  const roll = random.next()
  if (roll < 0.2) {
    // Few keys, so that some requests share one.
    const key = random.chance(0.2) ? `key-${random.int(1, 2)}` : null
    return { atMs, do: 'create', epochs: key === null ? random.int(1, 2) : 1, mayWait: random.chance(0.5), key }
  }
  if (roll < 0.65) {
    const command = random.pick(['pause', 'pause', 'resume', 'resume', 'resume', 'cancel', 'delete'] as const)
    const mayWait = command === 'resume' && random.chance(0.5)
    return { atMs, do: 'command', job, command, mayWait, atAlarm: random.chance(0.15) }
  }
  if (roll < 0.72) return { atMs, do: 'edit', job, notes: `notes ${random.int(1, 3)}` }
  if (roll < 0.8) return { atMs, do: 'read', job }
  if (roll < 0.84) return { atMs, do: 'list' }
  if (roll < 0.92) return { atMs, do: 'watch', job, mode: random.pick(['window', 'delta']) }
  return { atMs, do: random.pick(['activate', 'remove']), version: random.int(0, 5) }
}

/** A fault of one of these kinds, if it is one that strikes at a certain time. */
export function makeFault(random: Random, atMs: number, faults: readonly FaultKind[]): FaultAction | null {
  const job = random.int(0, 9)
  switch (faults.length > 0 ? random.pick(faults) : null) {
    case 'evict':
      return { atMs, do: 'evict', job }
    case 'deploy':
      return { atMs, do: 'deploy' }
    case 'alarm-early':
      return { atMs, do: 'fire', job }
    case 'alarm-late':
      return { atMs, do: 'late', job, ms: random.int(1_000, 400_000) }
    case 'alarm-lost':
      return { atMs, do: 'lose', job }
    case 'd1-away':
      return { atMs, do: 'away', ms: random.int(100, 300_000) }
    case 'd1-restored':
      return { atMs, do: 'restore', backMs: random.int(1, 240_000) }
    case 'row-vanishes':
      return { atMs, do: 'vanish', job }
    case 'clock-jumps':
      return { atMs, do: 'jump', ms: random.pick([-1, 1]) * random.int(10, 300_000) }
    default:
      return null
  }
}
