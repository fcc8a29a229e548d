import type { StreamRequest } from '../../src/jobs/object/open-stream.ts'
import type { ShownJob } from '../../src/jobs/rules/describe.ts'
import type { JobSnapshot } from '../../src/jobs/rules/shown.ts'
import { ATTEMPT_CHECK_MS } from '../../src/platform/limits.ts'
import { type Connection, connect } from './connection.ts'
import type { Caller } from './d1.ts'
import { end, type Ground, type Incarnation, incarnate, within } from './incarnation.ts'
import { type Change, Disk } from './storage.ts'
import type { World } from './world.ts'

type Method = 'snapshot' | 'command' | 'edit' | 'wake' | 'reconcile' | 'alarm' | (typeof otherMethods)[number]

/** What carries the hash of a job token; `null` there: an operator asks. */
const wordMethods = [
  ...(['report', 'finish', 'beginPut', 'commitPut', 'changeUpload', 'removeArtifact', 'registerCheckpoint'] as const),
] as const
const otherMethods = [
  ...wordMethods,
  ...(['claim', 'abandonPut', 'upload', 'artifact', 'artifacts', 'proveArtifact', 'holdFor'] as const),
] as const

/** A check that comes this much too late, ms, surely tells its object that Stellwerk was away. */
const CHECK_LATE_MS = 16_000

/** Receives what objects commit and return, in order. */
export type Observer = {
  committed(id: string, changes: Change[]): void
  born(id: string): void
  /** A word with a token reaches the object. */
  heard(id: string, tokenHash: string): void
  read(id: string, snapshot: JobSnapshot | null, wrote: boolean): void
  answered(id: string, method: string, args: unknown[], answer: unknown): void
}

/** Stand-in for the Durable Object namespace: constructs and evicts objects, delivers calls and alarms, and loses both. */
export class Objects {
  readonly #world: World
  readonly #ground: Ground
  readonly #observer: Observer
  readonly disks = new Map<string, Disk>()
  readonly #incarnations = new Map<string, Incarnation>()
  /** Delayed alarms, with the time of their delivery in elapsed ms. */
  readonly #lateUntilMs = new Map<string, number>()

  /** The end of an outage of Stellwerk itself, in elapsed ms: nothing is answered, no alarm comes. */
  #downUntilMs = 0

  constructor(ground: Omit<Ground, 'bind'>, observer: Observer) {
    this.#world = ground.world
    this.#ground = { ...ground, bind: (caller) => this.bind(caller) }
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
      ...Object.fromEntries(otherMethods.map((method) => [method, call(id, method)])),
    })
    return { getByName: get, get, idFromString: (id: string) => id }
  }

  /** Calls a method over the network. Rejects if the object is evicted before it answers. */
  async call(caller: Caller, id: string, method: Method, args: unknown[]): Promise<unknown> {
    if (!caller.alive()) return new Promise(() => {})
    await this.#world.travel()
    this.#checkUp()
    const incarnation = this.#incarnation(id)
    const isWord = (wordMethods as readonly string[]).includes(method) && args[0] !== null
    if (isWord) this.#observer.heard(id, args[0] as string)
    const answer = await within(incarnation, async () => {
      await incarnation.ready
      if (method === 'snapshot') return this.#read(id, incarnation)
      const { instance } = incarnation
      return (instance[method] as (...args: unknown[]) => unknown).apply(instance, args)
    })
    incarnation.storage.gate()
    this.#observer.answered(id, method, args, answer)
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
    this.#checkUp()
    const incarnation = this.#incarnation(asked.id)
    return connect(incarnation, asked)
  }

  /** Ends everything in progress in the object; its disk is kept. */
  evict(id: string): void {
    const incarnation = this.#incarnations.get(id)
    if (incarnation === undefined) return
    this.#world.note(`object ${id.slice(0, 4)} is evicted`)
    // Pending writes may already have reached the disk.
    if (this.#world.random.chance(0.5)) incarnation.storage.gate()
    end(incarnation)
    this.#incarnations.delete(id)
  }

  evictAll(): void {
    for (const id of [...this.#incarnations.keys()]) this.evict(id)
  }

  /**
   * Stellwerk goes away for so long. @returns the jobs whose objects will know: those that have counted no silence begin to
   * count when they are back, the others notice a check that comes much too late
   */
  goDown(ms: number): string[] {
    this.evictAll()
    this.#downUntilMs = this.#world.elapsedMs + ms
    const noticedMs = this.#downUntilMs - ATTEMPT_CHECK_MS - CHECK_LATE_MS
    return [...this.disks].flatMap(([id, disk]) => {
      const checkedMs = disk.quietCheckedMs
      return checkedMs === null || this.#world.elapsedAt(checkedMs) < noticedMs ? [id] : []
    })
  }

  get isDown(): boolean {
    return this.#world.elapsedMs < this.#downUntilMs
  }

  #checkUp(): void {
    if (this.isDown) throw new Error('Stellwerk is away')
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
    return Math.max(this.#world.elapsedAt(disk.alarmMs), this.#lateUntilMs.get(id) ?? 0, this.#downUntilMs)
  }

  async #deliver(id: string, disk: Disk): Promise<void> {
    this.settle(id)
    const scheduledMs = disk.alarmMs
    if (scheduledMs === null) return
    const incarnation = this.#incarnation(id)
    disk.alarmMs = null
    this.#world.note(`alarm of ${id.slice(0, 4)}`)
    try {
      await within(incarnation, async () => {
        await incarnation.ready
        if (incarnation.storage.takeAlarm(scheduledMs)) {
          await incarnation.instance.alarm({ scheduledTime: scheduledMs, isRetry: false, retryCount: 0 })
        }
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

  #incarnation(id: string): Incarnation {
    const known = this.#incarnations.get(id)
    if (known !== undefined) return known
    let disk = this.disks.get(id)
    if (disk === undefined) {
      disk = new Disk()
      this.disks.set(id, disk)
    }
    const incarnation = incarnate(this.#ground, disk, (changes) => this.#observer.committed(id, changes))
    this.#incarnations.set(id, incarnation)
    this.#observer.born(id)
    return incarnation
  }
}
