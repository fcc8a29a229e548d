import { beginPut, commitPut } from '../../src/jobs/object/artifacts.ts'
import { registerCheckpoint } from '../../src/jobs/object/checkpoints.ts'
import { Core } from '../../src/jobs/object/core.ts'
import { compose, type Parts, soundParts } from '../../src/jobs/object/parts.ts'
import { withTypedErrors } from '../../src/platform/d1.ts'
import { Register } from '../simulation/d1.ts'
import { type Disk, Storage } from '../simulation/storage.ts'

type Statement = { execute: () => ReturnType<Register['execute']> }

/** A D1 binding that answers at once, on the real SQLite with the real migrations; `away`: it does not answer. */
export function nearbyD1(register = new Register()) {
  const network = { away: false, register }
  const send = async <T>(work: () => T): Promise<T> => {
    if (network.away) throw new Error('D1_ERROR: network connection lost')
    return work()
  }
  const prepare = (sql: string, values: (string | number | null)[] = []) => {
    const execute = () => register.execute(sql, values)
    return {
      execute,
      bind: (...bound: (string | number | null)[]) => prepare(sql, bound),
      run: () => send(execute),
    }
  }
  const batch = (statements: Statement[]) =>
    send(() => register.transaction(() => statements.map(({ execute }) => execute())))
  const DB = withTypedErrors({ prepare: (sql: string) => prepare(sql), batch } as unknown as D1Database)
  return { network, DB }
}

/** A job's core as an object that wakes on this disk would make it, and how often it has looked for jobs that wait. */
export function coreOn(disk: Disk, DB: D1Database, parts: Partial<Parts> = {}) {
  const seen = { looks: 0 }
  const storage = new Storage(disk, () => {})
  const ctx = {
    storage,
    waitUntil: (work: Promise<unknown>) => {
      seen.looks++
      void work
    },
  }
  const env = compose({ DB, TRAINING_JOBS: {} } as unknown as Env, { ...soundParts, ...parts })
  return { core: new Core(ctx as unknown as DurableObjectState, env), seen, storage }
}

/** Has an attempt store a checkpoint of one file, and register it. @returns it, for the finish */
export function saveCheckpoint(core: Core, tokenHash: string, step: number): { step: number; path: string } {
  const checkpoint = { step, path: `checkpoints/step-${step}` }
  const sha256 = 'a'.repeat(64)
  const order = beginPut(core, tokenHash, { path: checkpoint.path, size: 1, sha256, type: 'text/plain' })
  if ('upload' in order) commitPut(core, tokenHash, order.upload, sha256, true)
  const refusal = registerCheckpoint(core, tokenHash, checkpoint)
  if (refusal !== null) throw new Error(`The checkpoint was refused: ${refusal.reason}`)
  return checkpoint
}
