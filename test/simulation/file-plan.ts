import type { Action, Plan } from './plan.ts'
import { Random } from './random.ts'
import { type FaultKind, fileFaultKinds } from './world.ts'

/** What operators do with files. `ofJob`, `file`: numbers by which a job that has files, or a file of it, is chosen. */
export type FileAction = { atMs: number; file: number; ofJob: number } & (
  | { do: 'resume-from'; mayWait: boolean }
  | { do: 'delete-source' | 'read-files' | 'put-file' | 'remove-file' }
)

const MINUTE_MS = 60_000

/** Adds files to every fourth plan with runners, from a random stream of their own: the other plans stay what they were. */
export function withFiles(plan: Plan, allowed: readonly FaultKind[]): Plan {
  if (plan.seed % 8 !== 0) return plan
  const random = new Random(plan.seed ^ 0x66696c65)
  const share = random.pick([0, 0.5, 1])
  const ours = fileFaultKinds.filter((kind) => random.chance(share) && allowed.includes(kind))
  const spanMs = random.pick([5, 15, 30]) * MINUTE_MS
  const actions: Action[] = []
  for (let i = random.int(3, 10); i > 0; i--) {
    const action = makeAction(random, random.int(0, spanMs))
    actions.push(action)
    // What another job has begun from is often deleted.
    if (action.do === 'resume-from' && random.chance(0.7))
      actions.push({ ...action, do: 'delete-source', atMs: action.atMs + random.int(0, 2 * spanMs) })
  }
  return {
    ...plan,
    faults: [...plan.faults, ...ours],
    actions: [...plan.actions, ...actions].sort((a, b) => a.atMs - b.atMs),
    hasFiles: true,
  }
}

function makeAction(random: Random, atMs: number): Action {
  const chosen = { atMs, ofJob: random.int(0, 9), file: random.int(0, 9) }
  const roll = random.next()
  if (roll < 0.4) return { ...chosen, do: 'resume-from', mayWait: random.chance(0.8) }
  if (roll < 0.6) return { ...chosen, do: 'read-files' }
  if (roll < 0.7) return { ...chosen, do: 'put-file' }
  if (roll < 0.8) return { ...chosen, do: 'remove-file' }
  if (roll < 0.9) return { ...chosen, do: 'delete-source' }
  return { atMs, do: 'remove', version: random.int(0, 5) }
}
