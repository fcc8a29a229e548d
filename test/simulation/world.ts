import type { Random } from './random.ts'

/** The kinds of faults that a run can have; each can be disabled. */
export const faultKinds = [
  'alarm-twice',
  'alarm-early',
  'alarm-late',
  'alarm-lost',
  'evict',
  'deploy',
  'd1-refused',
  'd1-unheard',
  'd1-late',
  'd1-away',
  'd1-restored',
  'row-vanishes',
  'worker-dies',
  'clock-jumps',
  'watcher-stalls',
  'watcher-vanishes',
  'watcher-cut',
] as const

/** Those that only runs with runners can have. */
export const runnerFaultKinds = [
  'stellwerk-away',
  'runner-dies',
  'runner-freezes',
  'runner-restarts',
  'runner-unheard',
  'runner-unanswered',
  'every-second-unanswered',
  'runner-sends-twice',
  'report-overtakes',
  'finish-overtakes',
  'old-token',
] as const

/** Those that only runs with files can have. */
export const fileFaultKinds = ['r2-refused', 'r2-unheard', 'r2-late', 'r2-delete-lost', 'bytes-garbled'] as const
export type FaultKind =
  | (typeof faultKinds)[number]
  | (typeof runnerFaultKinds)[number]
  | (typeof fileFaultKinds)[number]

/** The alarms, which fall due in elapsed ms. */
export type Alarms = { nextMs(): number; deliver(): void }

type Task = { atMs: number; tie: number; run: () => void }

/** Unix ms at which every run starts. */
const EPOCH_MS = 1_793_520_000_000

const drained = globalThis.setImmediate

/**
 * Time, order and randomness of one run. Everything happens in tasks, which run by time and, at the same time, in an order
 * determined by the seed. Between two tasks, all promises that can settle have settled.
 */
export class World {
  readonly random: Random
  readonly faults: ReadonlySet<FaultKind>
  readonly trace: string[] | null
  /** Milliseconds since the start; never jumps. */
  elapsedMs = 0
  /** Offset of the wall clock. */
  skewMs = 0
  /** How often each kind of fault has occurred. */
  readonly struck = new Map<FaultKind, number>()
  #tasks: Task[] = []

  constructor(random: Random, faults: ReadonlySet<FaultKind>, trace: boolean) {
    this.random = random
    this.faults = faults
    this.trace = trace ? [] : null
  }

  /** The wall clock, Unix ms, as `Date.now()` shows it. */
  get nowMs(): number {
    return EPOCH_MS + this.elapsedMs + this.skewMs
  }

  /** Converts a wall clock time to elapsed ms. */
  elapsedAt(nowMs: number): number {
    return nowMs - EPOCH_MS - this.skewMs
  }

  note(text: string): void {
    this.trace?.push(`${String(this.elapsedMs).padStart(9)} ms  ${text}`)
  }

  /** Whether a fault of this kind occurs now. */
  strikes(kind: FaultKind, probability: number): boolean {
    if (!this.faults.has(kind) || !this.random.chance(probability)) return false
    this.count(kind)
    return true
  }

  count(kind: FaultKind): void {
    this.struck.set(kind, (this.struck.get(kind) ?? 0) + 1)
  }

  /** Schedules a task. @returns a function that cancels it */
  after(delayMs: number, run: () => void): () => void {
    const task = { atMs: this.elapsedMs + Math.max(0, delayMs), tie: this.random.next(), run }
    this.#push(task)
    return () => {
      task.run = () => {}
    }
  }

  delay(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve))
  }

  /** The latency of a message: usually a few ms, sometimes long enough to be overtaken. */
  travel(): Promise<void> {
    return this.delay(this.random.chance(0.1) ? this.random.int(0, 400) : this.random.int(0, 3))
  }

  /** Runs tasks and due alarms until `endMs`. @param look called after each */
  async runUntil(endMs: number, alarms: Alarms, look: () => void): Promise<void> {
    for (;;) {
      const taskMs = this.#tasks[0]?.atMs ?? Number.POSITIVE_INFINITY
      const alarmMs = Math.max(this.elapsedMs, alarms.nextMs())
      if (Math.min(taskMs, alarmMs) > endMs) break
      this.elapsedMs = Math.max(this.elapsedMs, Math.min(taskMs, alarmMs))
      if (alarmMs < taskMs) alarms.deliver()
      else this.#pop().run()
      await new Promise((resolve) => drained(resolve))
      look()
    }
    this.elapsedMs = Math.max(this.elapsedMs, endMs)
  }

  #push(task: Task): void {
    const heap = this.#tasks
    let i = heap.push(task) - 1
    while (i > 0) {
      const parent = (i - 1) >> 1
      if (!before(task, heap[parent] as Task)) break
      heap[i] = heap[parent] as Task
      i = parent
    }
    heap[i] = task
  }

  #pop(): Task {
    const heap = this.#tasks
    const first = heap[0] as Task
    const last = heap.pop() as Task
    if (heap.length === 0) return first
    let i = 0
    for (;;) {
      let child = 2 * i + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && before(heap[child + 1] as Task, heap[child] as Task)) child++
      if (!before(heap[child] as Task, last)) break
      heap[i] = heap[child] as Task
      i = child
    }
    heap[i] = last
    return first
  }
}

const before = (a: Task, b: Task) => a.atMs < b.atMs || (a.atMs === b.atMs && a.tie < b.tie)
