import { compose, type Parts } from '../../src/jobs/object/parts.ts'
import type { TrainingJob } from '../../src/jobs/object/training-job.ts'
import { bindD1, type Caller, type Register } from './d1.ts'
import { type CommitListener, type Disk, Storage } from './storage.ts'
import type { World } from './world.ts'

/**
 * A client's end of a stream, and the request that opened it. Node's requests follow their signal weakly: one that was
 * collected would not notice that its client has gone, and a run would depend on the collector.
 */
type Stream = { client: AbortController; request: Request }

/** An object in memory, from its construction to its eviction. */
export type Incarnation = {
  instance: InstanceType<typeof TrainingJob>
  storage: Storage
  ready: Promise<unknown>
  died: Promise<never>
  die: (error: Error) => void
  alive: boolean
  streams: Stream[]
}

export type Vars = Record<string, string>

/** What objects are made of. `bind`: makes the namespace binding of a caller. */
export type Ground = {
  world: World
  register: Register
  vars: Vars
  objectClass: typeof TrainingJob
  parts: Parts
  bind: (caller: Caller) => unknown
}

/** Constructs an object on a disk. */
export function incarnate(
  { world, register, vars, objectClass, parts, bind }: Ground,
  disk: Disk,
  onCommit: CommitListener,
): Incarnation {
  const storage = new Storage(disk, onCommit)
  const { promise: died, reject: die } = Promise.withResolvers<never>()
  died.catch(() => {})
  const incarnation = {
    storage,
    died,
    die,
    streams: [],
    alive: true,
    ready: Promise.resolve(),
  } as unknown as Incarnation
  const caller = { gate: () => storage.gate(), alive: () => incarnation.alive }
  const ctx = {
    storage,
    blockConcurrencyWhile: (work: () => Promise<unknown>) => {
      incarnation.ready = work()
    },
    waitUntil: (work: Promise<unknown>) => void work.catch(() => {}),
  }
  const DB = bindD1(world, register, caller)
  const env = compose({ ...vars, DB, TRAINING_JOBS: bind(caller) } as unknown as Env, parts)
  incarnation.instance = new objectClass(ctx as unknown as DurableObjectState, env)
  return incarnation
}

/** Ends everything in progress in an object; its disk is kept. */
export function end(incarnation: Incarnation): void {
  incarnation.alive = false
  incarnation.storage.kill()
  for (const { client } of incarnation.streams) client.abort()
  incarnation.die(new Error('Durable Object reset'))
}

/** Waits for work in an object; rejects if that is evicted before. */
export async function within<T>(incarnation: Incarnation, work: () => Promise<T>): Promise<T> {
  return Promise.race([work(), incarnation.died])
}
