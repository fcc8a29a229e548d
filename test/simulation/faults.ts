import { reconcileObjects, reconcileRows } from '../../src/jobs/reconcile.ts'
import type { AttemptLog } from './attempt-log.ts'
import type { Register } from './d1.ts'
import type { Ledger } from './ledger.ts'
import type { Objects } from './objects.ts'
import type { FaultAction } from './plan.ts'
import type { Workers } from './workers.ts'
import type { World } from './world.ts'

/** Strikes with the faults of a plan, and does what operators do about them. */
export class Faults {
  readonly #world: World
  readonly #ledger: Ledger
  readonly #attempts: AttemptLog
  readonly #register: Register
  readonly #objects: Objects
  readonly #workers: Workers

  constructor(
    world: World,
    ledger: Ledger,
    attempts: AttemptLog,
    register: Register,
    objects: Objects,
    workers: Workers,
  ) {
    this.#world = world
    this.#ledger = ledger
    this.#attempts = attempts
    this.#register = register
    this.#objects = objects
    this.#workers = workers
  }

  /** @param id the job that the action names, if any @param readAll reads all jobs */
  strike(action: FaultAction, id: string | undefined, readAll: () => void): void {
    switch (action.do) {
      case 'deploy':
        this.#world.count('deploy')
        this.#objects.evictAll()
        return
      case 'down':
        // One outage at a time, so that each is counted once.
        if (this.#objects.isDown) return
        this.#world.count('stellwerk-away')
        this.#attempts.awayFor(action.ms, this.#objects.goDown(action.ms))
        return
      case 'away':
        this.#world.count('d1-away')
        this.#register.awayUntilMs = this.#world.elapsedMs + action.ms
        return
      case 'restore':
        this.#world.count('d1-restored')
        this.#register.restore(this.#world.elapsedMs - action.backMs)
        this.#ledger.registerLost()
        this.#world.after(this.#world.random.int(0, 60_000), () => void this.reconcile())
        return
      case 'jump':
        // Read all jobs before and after, to detect a clock that goes back.
        readAll()
        this.#world.after(1_000, () => {
          this.#world.count('clock-jumps')
          this.#world.skewMs += action.ms
          if (action.ms < 0) this.#ledger.jumpsBack++
          else this.#attempts.jumpedMs += action.ms
          readAll()
        })
        return
      default:
        if (id !== undefined) this.#strikeAt(id, action)
    }
  }

  #strikeAt(id: string, action: Extract<FaultAction, { job: number }>): void {
    switch (action.do) {
      case 'evict':
        this.#world.count('evict')
        this.#objects.evict(id)
        return
      case 'fire':
        this.#world.count('alarm-early')
        void this.#objects.fire(id)
        return
      case 'lose':
        this.#world.count('alarm-lost')
        this.#objects.loseAlarm(id)
        return
      case 'vanish':
        this.#world.count('row-vanishes')
        this.#register.lose(id)
        this.#ledger.registerLost()
        return
      case 'late':
        this.#world.count('alarm-late')
        this.#objects.delayAlarm(id, action.ms)
        return
    }
  }

  /** D1 answers again. Stellwerk itself is there by then. */
  heal(): void {
    this.#register.awayUntilMs = 0
  }

  /** Takes the backups that D1 can be restored to. */
  backUp(): void {
    this.#register.backUp(this.#world.elapsedMs)
    this.#world.after(this.#world.random.int(500, 20_000), () => this.#world.faults.has('d1-restored') && this.backUp())
  }

  /** What an operator does after D1 was restored: reconciles every row, then every object. */
  async reconcile(): Promise<void> {
    if (this.#ledger.losses === 0) return
    this.#world.note('the register is reconciled')
    let after: number | null = 0
    while (after !== null) {
      const from: number = after
      const page = await this.#workers.run((env) => reconcileRows(env, from, 3))
      if (page === undefined) return
      after = page.next
    }
    await this.#workers.run((env) => reconcileObjects(env, [...this.#objects.disks.keys()]))
  }
}
