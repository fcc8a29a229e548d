import type { Command } from '../../src/jobs/rules/refusals.ts'
import type { JobSnapshot } from '../../src/jobs/rules/shown.ts'
import type { JobEvent } from '../../src/jobs/rules/types.ts'
import type { Change, EventChange } from './storage.ts'

/** A snapshot of a job, in the order in which its object computed them. */
type Reading = { snapshot: JobSnapshot; incarnation: number; jumpsBackAtBirth: number }

const finals = ['completed', 'failed', 'cancelled']
// A validated job does nothing more; its slot is freed by the batch that registers its version in D1.
const stopsHolding = ['paused', 'validated', ...finals]
/** What each order leads to. */
const orders = {
  pause: ['paused', 'resume_withdrawn'],
  resume: ['resumed', 'resume_queued', 'request_withdrawn'],
  cancel: ['cancelled'],
  delete: ['deleted'],
  edit: ['edited'],
  give_up: ['given_up'],
} as const satisfies Record<Command | 'edit', readonly JobEvent['type'][]>
type Order = keyof typeof orders

type Entry = {
  events: string[]
  holding: boolean
  erased: boolean
  last: Reading | null
  /** The final state that clients have seen; `null`: none yet. */
  finalShown: string | null
  lastResumes: number
  /** How many of its events may have lowered its progress. */
  lastRewinds: number
  incarnation: number
  jumpsBackAtBirth: number
  answers: Record<Order, { done: number; unknown: number; requested: number }>
  /** How often a client was told that the job is resumed when its turn comes. */
  slotsPromised: number
}

function freshEntry(): Entry {
  const none = () => ({ done: 0, unknown: 0, requested: 0 })
  return {
    events: [],
    holding: false,
    erased: false,
    last: null,
    finalShown: null,
    lastResumes: 0,
    lastRewinds: 0,
    incarnation: 0,
    jumpsBackAtBirth: 0,
    answers: { pause: none(), resume: none(), cancel: none(), delete: none(), edit: none(), give_up: none() },
    slotsPromised: 0,
  }
}

/** Records what every job did and showed, and immediately detects a broken promise. */
export class Ledger {
  readonly #slots: number
  readonly #entries = new Map<string, Entry>()
  broken: string | null = null
  jumpsBack = 0
  /** How often the register has lost data. */
  losses = 0

  constructor(slots: number) {
    this.#slots = slots
  }

  get ids(): string[] {
    return [...this.#entries.keys()]
  }

  get eventCount(): number {
    return [...this.#entries.values()].reduce((sum, entry) => sum + entry.events.length, 0)
  }

  entry(id: string): Entry {
    let entry = this.#entries.get(id)
    if (entry === undefined) {
      entry = freshEntry()
      this.#entries.set(id, entry)
    }
    return entry
  }

  /** The register has lost data: until it is reconciled, it may contradict earlier answers. */
  registerLost(): void {
    this.losses++
    for (const entry of this.#entries.values()) entry.finalShown = null
    this.#keys.clear()
  }

  break(what: string): void {
    this.broken ??= what
  }

  /** An object committed a transaction. Checks that its log has no gaps, that nothing follows a final event, and the number of slots. */
  committed(id: string, changes: readonly Change[]): void {
    for (const change of changes) this.#take(id, change)
    const holders = [...this.#entries.values()].filter((one) => one.holding).length
    // A register that lost a slot's holder assigns the slot again.
    if (holders > this.#slots && this.losses === 0)
      this.break(`promise 1: ${holders} jobs hold ${this.#slots} slots after ${name(id)}`)
  }

  #take(id: string, change: Change): void {
    const entry = this.entry(id)
    if (change === 'erased') {
      entry.erased = true
      entry.holding = false
      return
    }
    const { type, seq } = change
    if (seq !== entry.events.length + 1) this.break(`${name(id)}: event ${seq} (${type}) after ${entry.events.length}`)
    const ended = entry.events.some((earlier) => finals.includes(earlier))
    if (entry.events.includes('deleted')) this.break(`${name(id)}: ${type} after its deletion`)
    if (ended && type !== 'deleted' && type !== 'edited') this.break(`promise 5: ${name(id)} is ${type} after its end`)
    entry.events.push(labelOf(change))
    // Jobs that may wait are requested with a tag: their creation may be all that asked for the edit after it.
    if (type === 'edited' && seq === 2) entry.answers.edit.unknown++
    if (type === 'created' || type === 'resumed') entry.holding = true
    if (stopsHolding.includes(type) || type === 'deleted') entry.holding = false
  }

  /** An object was constructed: it has no memory of the clock. */
  born(id: string): void {
    const entry = this.entry(id)
    entry.incarnation++
    entry.jumpsBackAtBirth = this.jumpsBack
  }

  /** An object returned a snapshot. Checks that progress never decreases, stands still while paused, and is fixed once final. */
  read(id: string, snapshot: JobSnapshot): void {
    const entry = this.entry(id)
    const { incarnation, jumpsBackAtBirth } = entry
    const resumes = entry.events.filter((type) => type === 'resumed').length
    const rewinds = entry.events.filter((type) => type === 'rewound' || type === 'planned').length
    const { last } = entry
    const saysSo = entry.events.findLast((type) => type in statuses)
    if (snapshot.status in statuses && saysSo !== snapshot.status)
      this.break(`promise 15: ${name(id)} is shown as ${snapshot.status} after ${saysSo}`)
    // Commands and streams go by the revision: an edit fails none, and reopens none.
    const moves = entry.events.filter((type) => type !== 'edited').length
    if (snapshot.revision !== moves)
      this.break(`an edit moved ${name(id)} to revision ${snapshot.revision} after ${moves} moves`)
    if (last !== null) {
      // Detecting a clock that went back while the object was evicted would require a write per read.
      const comparable = last.incarnation === incarnation || last.jumpsBackAtBirth === this.jumpsBack
      const isNamed = rewinds > entry.lastRewinds
      if (comparable && !isNamed && snapshot.progress < last.snapshot.progress) {
        this.break(`promise 3: ${name(id)} went from ${last.snapshot.progress} % to ${snapshot.progress} %`)
      }
      const stillPaused = last.snapshot.status === 'paused' && snapshot.status === 'paused'
      if (stillPaused && resumes === entry.lastResumes && snapshot.progress !== last.snapshot.progress) {
        this.break(`promise 4: ${name(id)} moved while paused`)
      }
      if (finals.includes(last.snapshot.status) && unedited(snapshot) !== unedited(last.snapshot)) {
        this.break(`promise 5: ${name(id)} changed after ${last.snapshot.status}`)
      }
    }
    entry.last = { snapshot, incarnation, jumpsBackAtBirth }
    entry.lastResumes = resumes
    entry.lastRewinds = rewinds
  }

  /** A client was told that its job exists; the same key must always return the same job. */
  accepted(id: string, key: string | null): void {
    this.acceptedIds.add(id)
    if (key === null) return
    const known = this.#keys.get(key)
    if (known !== undefined && known !== id) this.break(`the key ${key} made ${name(known)} and ${name(id)}`)
    this.#keys.set(key, id)
  }
  readonly acceptedIds = new Set<string>()
  readonly #keys = new Map<string, string>()

  /** A client was told that the job is in the queue: its log must say so. */
  promisedSlot(id: string): void {
    const entry = this.entry(id)
    entry.slotsPromised++
    if (!entry.events.includes('resume_queued'))
      this.break(`promise 6: ${name(id)} is not in the queue it was promised`)
  }

  /** Checks that accepted commands were carried out, and refused ones were not. */
  checkAnswers(): void {
    for (const [id, { events, answers, slotsPromised }] of this.#entries) {
      const count = (...types: readonly string[]) => events.filter((type) => types.includes(type)).length
      for (const order of Object.keys(orders) as Order[]) {
        const { done, unknown, requested } = answers[order]
        // Who got in the queue is resumed later, without another answer.
        const later = order === 'resume' ? count('resume_queued') + slotsPromised : 0
        const happened = count(...orders[order])
        if (happened < done) this.break(`an accepted ${order} of ${name(id)} was lost`)
        if (requested > 0 && count(`requested ${order}`) === 0)
          this.break(`promise 16: a ${order} of ${name(id)} was requested by its answer alone`)
        if (happened > done + unknown + requested + later)
          this.break(`promise 11: a refused ${order} of ${name(id)} was carried out`)
      }
      if (count('resumed') > count('paused')) this.break(`${name(id)} was resumed more often than paused`)
    }
  }
}

/** What decides how a job is shown while it rests, and what ends its rest. */
const statuses = { paused: true, completed: true, failed: true, cancelled: true, resumed: true }

/** An event's type, and what else the order it follows depends on. */
function labelOf({ type, data }: EventChange): string {
  if (type === 'requested') return `requested ${JSON.parse(data).what}`
  return type === 'given_up' && JSON.parse(data).actor === undefined ? 'given_up by Stellwerk' : type
}

/** A job's short id in traces. */
export const name = (id: string) => id.slice(0, 4)

/** A job without what may be edited at any time, and what only D1 knows of its dataset, as text. */
export const unedited = ({ config, dataset, ...job }: JobSnapshot): string =>
  JSON.stringify({
    ...job,
    config: { ...config, name: '' },
    name: '',
    notes: '',
    tags: [],
    dataset: dataset && { ...dataset, sha256: null, withdrawn: null },
  })
