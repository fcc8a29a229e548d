import type { AttemptLog } from './attempt-log.ts'
import type { FileChecks } from './file-checks.ts'
import { type Ledger, name } from './ledger.ts'
import { Machine } from './machine.ts'
import type { MachineAction, Runners } from './runner-plan.ts'
import type { Said } from './said.ts'
import { Wire } from './wire.ts'
import type { Workers } from './workers.ts'
import type { FaultKind, World } from './world.ts'

/** The machines with runners of a run. */
export class Fleet {
  readonly #world: World
  readonly #machines: Machine[]

  constructor(
    world: World,
    { machines }: Runners,
    ledger: Ledger,
    attempts: AttemptLog,
    said: Said,
    workers: Workers,
    files: FileChecks | null,
  ) {
    this.#world = world
    this.#machines = machines.map(({ startMs, losesEverySecond }, i) => {
      const wire = new Wire(world, ledger, attempts, workers)
      wire.losesEverySecond = losesEverySecond
      const machine = new Machine(`gpu-${i}`, wire, world, ledger, said, files)
      world.after(startMs, () => machine.start())
      return machine
    })
  }

  act(action: MachineAction): void {
    const machine = this.#machines[action.machine]
    this.#world.count(kinds[action.do])
    if (action.do === 'die') machine?.die()
    else if (action.do === 'freeze') machine?.freeze(action.ms)
    else if (action.do === 'restart') machine?.restart(action.ms, action.forgets)
    else machine?.release(action.ms)
  }

  /** Every runner that could hear has been told that its attempt is over, if it is. */
  check(ledger: Ledger, attempts: AttemptLog): void {
    if (ledger.losses > 0) return
    for (const { attempt: one } of this.#machines) {
      if (one !== null && attempts.attempt(one.job, one.attempt)?.end != null)
        ledger.break(`promise 19: attempt ${one.attempt} at ${name(one.job)} was never told that it is over`)
    }
  }

  /** All machines are switched off. */
  end(): void {
    for (const machine of this.#machines) machine.die()
  }

  /** No more answers are lost. */
  heal(): void {
    for (const { wire } of this.#machines) wire.losesEverySecond = false
  }
}

const kinds = {
  die: 'runner-dies',
  freeze: 'runner-freezes',
  restart: 'runner-restarts',
  release: 'runner-restarts',
} as const satisfies Record<MachineAction['do'], FaultKind>
