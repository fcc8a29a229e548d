import { createJob } from '../../src/jobs/create-job.ts'
import { commandJob, editJob, listJobs, readJob } from '../../src/jobs/operations.ts'
import type { TrainingConfig } from '../../src/jobs/rules/types.ts'
import { registry } from '../../src/models/registry.ts'
import { isFinal } from '../../src/shared/job-status.ts'
import { type Ledger, name, unedited } from './ledger.ts'
import type { Objects } from './objects.ts'
import type { Action } from './plan.ts'
import { background, type Workers } from './workers.ts'
import type { World } from './world.ts'

/** What an action asks for, of whichever job and whenever. */
type Asked<D extends Action['do']> = Omit<Extract<Action, { do: D }>, 'do' | 'atMs' | 'job'>

/** The people who use the API, and what they are answered. */
export class Operators {
  readonly #world: World
  readonly #ledger: Ledger
  readonly #objects: Objects
  readonly #workers: Workers
  /** What is due later keeps no command waiting, ms. */
  readonly #soonMs: number
  /** The jobs whose version was requested to be deleted. */
  readonly removed = new Set<string>()
  /** How many commands are under way. */
  pending = 0

  constructor(world: World, ledger: Ledger, objects: Objects, workers: Workers, soonMs: number) {
    this.#world = world
    this.#ledger = ledger
    this.#objects = objects
    this.#workers = workers
    this.#soonMs = soonMs
  }

  list(): void {
    void this.#workers.run((env) => listJobs(env, {}, { sort: '-created_at', after: null, limit: 50 }))
  }

  async create({ epochs, mayWait, key, options = {} }: Asked<'create'>): Promise<void> {
    const idempotencyKey = key === null ? null : { credential: 'test', text: key }
    const labels = mayWait ? { tags: ['queued'] } : {}
    const creation = { actor: 'test', labels, mayWait, idempotencyKey, options }
    const created = await this.#workers.run((env) => createJob(env, background, configOf(epochs), creation))
    if (created === undefined || 'reason' in created) return
    this.#world.note(`created ${name(created.id)}`)
    this.#ledger.accepted(created.id, key === null ? null : `${key} ${mayWait}`)
  }

  /** Once a reader has seen a final state, every later read must show the same one. */
  async read(id: string): Promise<void> {
    const { finalShown } = this.#ledger.entry(id)
    const { losses } = this.#ledger
    const shown = await this.#workers.run((env) => readJob(env, id))
    // After a loss, D1 shows an older state until it is reconciled.
    if (shown === undefined || losses !== this.#ledger.losses) return
    const job = shown?.job ?? null
    if (finalShown !== null && job !== null && unedited(job) !== finalShown) {
      this.#ledger.break(`promise 5: ${name(id)} was shown as ${JSON.parse(finalShown).status}, then as ${job.status}`)
    }
    if (job !== null && isFinal(job.status)) this.#ledger.entry(id).finalShown = unedited(job)
  }

  /** Edits name, notes and tags at once: the job is found by its name. */
  async edit(id: string, notes: string): Promise<void> {
    this.pending++
    const { answers } = this.#ledger.entry(id)
    answers.edit.unknown++
    const edit = { name: `called ${notes}`, notes, tags: [notes] }
    const edited = await this.#workers.run((env) => editJob(env, id, edit, { actor: 'test', edits: null }))
    this.pending--
    // A job that is not found may have been edited, and deleted since.
    const isRefused = edited !== undefined && 'reason' in edited && edited.reason === 'edited_too_often'
    if (isRefused) answers.edit.unknown--
    this.#world.note(
      `edit of ${name(id)}: ${edited === undefined ? 'unheard' : 'reason' in edited ? edited.reason : 'done'}`,
    )
  }

  async command(id: string, action: Asked<'command'>): Promise<void> {
    this.pending++
    try {
      await this.#give(id, action)
    } finally {
      this.pending--
    }
  }

  async #give(id: string, { command: order, mayWait, atAlarm, graceS }: Asked<'command'>): Promise<void> {
    const alarmMs = this.#objects.msToAlarm(id)
    if (atAlarm && alarmMs <= this.#soonMs) await this.#world.delay(alarmMs)
    const { answers } = this.#ledger.entry(id)
    answers[order].unknown++
    const context = { actor: 'test', revisions: null, mayWait, ...(graceS === undefined ? {} : { graceS }) }
    const outcome = await this.#workers.run((env) => commandJob(env, id, order, context))
    if (outcome === undefined) return
    const reason = outcome === null || typeof outcome === 'string' ? outcome : outcome.reason
    if (reason === 'unavailable') return
    answers[order].unknown--
    if (reason === 'queued') this.#ledger.promisedSlot(id)
    if (reason === 'requested') answers[order].requested++
    if (reason === null) answers[order].done++
    this.#world.note(`${order} of ${name(id)}: ${reason ?? 'done'}`)
  }

  async changeVersion(change: 'activate' | 'remove', place: number): Promise<void> {
    await this.#workers.run(async (env) => {
      const models = registry(env.DB)
      const { rows } = await models.list({}, Number.MAX_SAFE_INTEGER, 10)
      const version = rows[place % Math.max(1, rows.length)]
      if (version === undefined) return
      if (change === 'remove') this.removed.add(version.job_id)
      await models[change](version.id)
    })
  }
}

const configOf = (epochs: number): TrainingConfig => ({
  name: 'simulated',
  model_type: 'zeugnis',
  bundeslaender: ['BY'],
  batch_size: 16,
  learning_rate: 0.00005,
  epochs,
  warmup_steps: 500,
  weight_decay: 0.01,
  gradient_accumulation: 4,
  mixed_precision: true,
})
