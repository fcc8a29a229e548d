import { refusalIn, type StreamRequest, streamRequest } from '../../src/jobs/object/open-stream.ts'
import { compose, type Parts } from '../../src/jobs/object/parts.ts'
import type { TrainingJob } from '../../src/jobs/object/training-job.ts'
import type { ShownJob } from '../../src/jobs/rules/describe.ts'
import type { WatchRefusal } from '../../src/jobs/rules/refusals.ts'
import type { JobSnapshot } from '../../src/jobs/rules/shown.ts'
import { bindD1, type Caller, type Register } from './d1.ts'
import { type Change, Disk, Storage } from './storage.ts'
import type { World } from './world.ts'

type Instance = InstanceType<typeof TrainingJob>
type Method = 'snapshot' | 'command' | 'edit' | 'wake' | 'reconcile' | 'alarm'

/** An object in memory, from its construction to its eviction. */
type Incarnation = {
  instance: Instance
  storage: Storage
  ready: Promise<unknown>
  died: Promise<never>
  die: (error: Error) => void
  alive: boolean
  streams: Stream[]
}

/**
 * A client's end of a stream, and the request that opened it. Node's requests follow their signal weakly: one that was
 * collected would not notice that its client has gone, and a run would depend on the collector.
 */
type Stream = { client: AbortController; request: Request }

/** The client's side of a stream, or why it was refused: chunks until either side ends or dies. */
export type Connection = {
  status: number
  refusal: WatchRefusal | null
  read(): Promise<Uint8Array | null>
  cut(): void
  vanish(): void
}

export type Vars = Record<string, string>

/** Receives what objects commit and return, in order. */
export type Observer = {
  committed(id: string, changes: Change[]): void
  born(id: string): void
  read(id: string, snapshot: JobSnapshot | null, wrote: boolean): void
}

/** Stand-in for the Durable Object namespace: constructs and evicts objects, delivers calls and alarms, and loses both. */
export class Objects {
  readonly #world: World
  readonly #register: Register
  readonly #vars: Vars
  readonly #class: typeof TrainingJob
  readonly #parts: Parts
  readonly #observer: Observer
  readonly disks = new Map<string, Disk>()
  readonly #incarnations = new Map<string, Incarnation>()
  /** Delayed alarms, with the time of their delivery in elapsed ms. */
  readonly #lateUntilMs = new Map<string, number>()

  constructor(
    world: World,
    register: Register,
    vars: Vars,
    objectClass: typeof TrainingJob,
    parts: Parts,
    observer: Observer,
  ) {
    this.#world = world
    this.#register = register
    this.#vars = vars
    this.#class = objectClass
    this.#parts = parts
    this.#observer = observer
  }

  /** The namespace binding of a caller. */
  bind(caller: Caller) {
    const call =
      (id: string, method: Method) =>
      (...args: unknown[]) =>
        this.call(caller, id, method, args)
    const get = (id: string) => ({
      snapshot: call(id, 'snapshot'),
      command: call(id, 'command'),
      edit: call(id, 'edit'),
      wake: call(id, 'wake'),
      reconcile: call(id, 'reconcile'),
    })
    return { getByName: get, get, idFromString: (id: string) => id }
  }

  /** Calls a method over the network. Rejects if the object is evicted before it answers. */
  async call(caller: Caller, id: string, method: Method, args: unknown[]): Promise<unknown> {
    if (!caller.alive()) return new Promise(() => {})
    await this.#world.travel()
    const incarnation = this.#incarnation(id)
    const answer = await this.#within(incarnation, async () => {
      await incarnation.ready
      if (method === 'snapshot') return this.#read(id, incarnation)
      const { instance } = incarnation
      return (instance[method] as (...args: unknown[]) => unknown).apply(instance, args)
    })
    incarnation.storage.gate()
    await this.#world.travel()
    return caller.alive() ? structuredClone(answer) : new Promise(() => {})
  }

  #read(id: string, { instance, storage }: Incarnation): ShownJob | 'deleted' | null {
    const before = storage.writes
    const snapshot = instance.snapshot()
    this.#observer.read(
      id,
      snapshot === 'deleted' || snapshot === null ? null : snapshot.job,
      storage.writes !== before,
    )
    return snapshot
  }

  /** Opens a stream. */
  async open(asked: StreamRequest): Promise<Connection> {
    await this.#world.travel()
    const incarnation = this.#incarnation(asked.id)
    const client = new AbortController()
    const request = streamRequest(asked, client.signal)
    incarnation.streams.push({ client, request })
    const response = await this.#within(incarnation, async () => {
      await incarnation.ready
      return incarnation.instance.fetch(request)
    })
    const refusal = await refusalIn(response)
    const reader = refusal === null ? response.body?.getReader() : undefined
    return {
      status: response.status,
      refusal,
      read: async () => {
        if (reader === undefined) return null
        const { done, value } = await this.#within(incarnation, () => reader.read())
        if (incarnation.alive) incarnation.storage.gate()
        return done ? null : value
      },
      cut: () => client.abort(),
      vanish: () => {},
    }
  }

  /** Ends everything in progress in the object; its disk is kept. */
  evict(id: string): void {
    const incarnation = this.#incarnations.get(id)
    if (incarnation === undefined) return
    this.#world.note(`object ${id.slice(0, 4)} is evicted`)
    // Pending writes may already have reached the disk.
    if (this.#world.random.chance(0.5)) incarnation.storage.gate()
    incarnation.alive = false
    incarnation.storage.kill()
    for (const { client } of incarnation.streams) client.abort()
    incarnation.die(new Error('Durable Object reset'))
    this.#incarnations.delete(id)
  }

  evictAll(): void {
    for (const id of [...this.#incarnations.keys()]) this.evict(id)
  }

  /** Commits pending writes to disk, which can happen at any time. */
  settle(id: string): void {
    this.#incarnations.get(id)?.storage.gate()
  }

  settleAll(): void {
    for (const incarnation of this.#incarnations.values()) incarnation.storage.gate()
  }

  delayAlarm(id: string, ms: number): void {
    this.#lateUntilMs.set(id, this.#world.elapsedMs + ms)
  }

  loseAlarm(id: string): void {
    const disk = this.disks.get(id)
    if (disk === undefined || disk.alarmMs === null) return
    this.evict(id)
    disk.alarmMs = null
  }

  /** Milliseconds until the object's alarm; 0 without one. */
  msToAlarm(id: string): number {
    const disk = this.disks.get(id)
    return disk?.alarmMs == null ? 0 : this.#dueMs(id, disk) - this.#world.elapsedMs
  }

  /** When the next alarm falls due, in elapsed ms. */
  nextMs(): number {
    let next = Number.POSITIVE_INFINITY
    for (const [id, disk] of this.disks) next = Math.min(next, this.#dueMs(id, disk))
    return next
  }

  /** Delivers due alarms at least once, like the platform: again, if the object dies during delivery. */
  deliver(): void {
    for (const [id, disk] of this.disks) {
      if (this.#dueMs(id, disk) <= this.#world.elapsedMs) void this.#deliver(id, disk)
    }
  }

  #dueMs(id: string, disk: Disk): number {
    if (disk.alarmMs === null) return Number.POSITIVE_INFINITY
    return Math.max(this.#world.elapsedAt(disk.alarmMs), this.#lateUntilMs.get(id) ?? 0)
  }

  async #deliver(id: string, disk: Disk): Promise<void> {
    this.settle(id)
    const scheduledMs = disk.alarmMs
    if (scheduledMs === null) return
    const incarnation = this.#incarnation(id)
    disk.alarmMs = null
    this.#world.note(`alarm of ${id.slice(0, 4)}`)
    try {
      await this.#within(incarnation, async () => {
        await incarnation.ready
        if (incarnation.storage.takeAlarm(scheduledMs)) await incarnation.instance.alarm()
      })
      incarnation.storage.gate()
      if (this.#world.strikes('alarm-twice', 0.1)) await this.fire(id)
    } catch {
      await this.#world.delay(2_000)
      disk.alarmMs ??= this.#world.nowMs
    }
  }

  /** Runs the alarm handler at an arbitrary time. */
  async fire(id: string): Promise<void> {
    const alive = { gate: () => {}, alive: () => true }
    await this.call(alive, id, 'alarm', []).catch(() => {})
  }

  async #within<T>(incarnation: Incarnation, work: () => Promise<T>): Promise<T> {
    return Promise.race([work(), incarnation.died])
  }

  #incarnation(id: string): Incarnation {
    const known = this.#incarnations.get(id)
    if (known !== undefined) return known
    let disk = this.disks.get(id)
    if (disk === undefined) {
      disk = new Disk()
      this.disks.set(id, disk)
    }
    const storage = new Storage(disk, (changes) => this.#observer.committed(id, changes))
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
    const DB = bindD1(this.#world, this.#register, caller)
    const env = compose({ ...this.#vars, DB, TRAINING_JOBS: this.bind(caller) } as unknown as Env, this.#parts)
    incarnation.instance = new this.#class(ctx as unknown as DurableObjectState, env)
    this.#incarnations.set(id, incarnation)
    this.#observer.born(id)
    return incarnation
  }
}
