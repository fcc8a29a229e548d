import { AsyncLocalStorage } from 'node:async_hooks'
import type { Parts } from '../../src/jobs/object/parts.ts'
import { withTypedErrors } from '../../src/platform/d1.ts'
import { bindD1, type Caller, type Register } from './d1.ts'
import type { Objects } from './objects.ts'
import { type Bucket, bindR2 } from './r2.ts'
import type { World } from './world.ts'

/** The execution context of a Worker: work after the response, which is lost when the Worker dies. */
export const background = { waitUntil: (work: Promise<unknown>) => void work.catch(() => {}) }

/** The Worker: two isolates, each with its own memory, that answer requests and may die of it. */
export class Workers {
  readonly #world: World
  readonly #register: Register
  readonly #bucket: Bucket
  readonly #objects: Objects
  readonly #isolates: object[]

  constructor(
    world: World,
    { register, bucket }: { register: Register; bucket: Bucket },
    objects: Objects,
    vars: Record<string, string>,
    parts: Parts,
  ) {
    this.#world = world
    this.#register = register
    this.#bucket = bucket
    this.#objects = objects
    this.#isolates = [1, 2].map(() => isolateWith(vars, parts))
  }

  /** Runs one request with the bindings of a Worker that may die while handling it; `undefined`: there is no answer. */
  async run<T>(work: (env: Env) => Promise<T>): Promise<T | undefined> {
    let alive = true
    const death = Promise.withResolvers<undefined>()
    const caller: Caller = { gate: () => {}, alive: () => alive }
    if (this.#world.strikes('worker-dies', 0.1)) {
      this.#world.after(this.#world.random.int(0, 12), () => {
        alive = false
        death.resolve(undefined)
      })
    }
    const bindings = {
      // Statements of several parts go into one batch: as in an isolate, there is one binding of D1.
      DB: withTypedErrors(bindD1(this.#world, this.#register, caller) as unknown as D1Database),
      ARTIFACTS: bindR2(this.#world, this.#bucket, caller),
      TRAINING_JOBS: this.#objects.bind(caller),
    }
    const isolate = this.#world.random.pick(this.#isolates)
    await this.#world.travel()
    try {
      return await Promise.race([request.run(bindings, () => work(isolate as unknown as Env)), death.promise])
    } catch (error) {
      this.#world.note(`no answer: ${error}`)
      return undefined
    }
  }
}

/** The bindings of the current request. */
const request = new AsyncLocalStorage<{ DB: unknown; ARTIFACTS: unknown; TRAINING_JOBS: unknown }>()

/** An environment that stays the same object for all requests of an isolate: code may use it as a cache key. */
const isolateWith = (vars: Record<string, string>, parts: Parts): object => ({
  ...vars,
  parts,
  get DB() {
    return request.getStore()?.DB
  },
  get ARTIFACTS() {
    return request.getStore()?.ARTIFACTS
  },
  get TRAINING_JOBS() {
    return request.getStore()?.TRAINING_JOBS
  },
})
