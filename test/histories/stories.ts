import { EventStore } from '../../src/jobs/object/event-store.ts'
import { cursorId } from '../../src/jobs/object/frames.ts'
import { storedJob } from '../../src/jobs/register/stored-job.ts'
import { wakeDeadlineMs } from '../../src/jobs/register/wake-deadlines.ts'
import type { Attempt } from '../../src/jobs/rules/attempt.ts'
import { type Cursor, describe, describeEvent, type HistoryMode } from '../../src/jobs/rules/describe.ts'
import { decideEdit, sequenceOf } from '../../src/jobs/rules/edit.ts'
import { advance, create, decide, holdsSlot, queueResume, resumeInTurn, viewOf } from '../../src/jobs/rules/job.ts'
import type { Command } from '../../src/jobs/rules/refusals.ts'
import type { Report } from '../../src/jobs/rules/report.ts'
import { decideClaim } from '../../src/jobs/rules/trainers/claims.ts'
import { chooseTrainer } from '../../src/jobs/rules/trainers/index.ts'
import type { JobOf } from '../../src/jobs/rules/trainers/trainer.ts'
import {
  type CurveState,
  decideFinish,
  decideReport,
  type Finish,
  hear,
  missProgress,
  missWords,
  type Outcome,
} from '../../src/jobs/rules/trainers/words.ts'
import type { Edit, Job, JobEvent, Point } from '../../src/jobs/rules/types.ts'
import { encodeEvent } from '../../src/platform/sse.ts'
import { patience, specOf, startMs } from '../domain/jobs.ts'
import { Disk, Storage } from '../simulation/storage.ts'
import type { History, JobRow, LogRow, Look, StatusRow } from './format.ts'

/** The histories that are recorded of each format. */
export const stories: Record<string, () => Play> = {
  completed: () => new Play({ epochs: 10 }).pass(0, 500, 500_000, 500).complete(),
  failed: () => new Play({ epochs: 2, speed: 3, failsAt: 130 }).pass(0, 167, 30_000),
  cancelled: () => new Play({ epochs: 10 }).pass(0, 500, 12_345).command('cancel'),
  'paused-twice': () =>
    new Play({ epochs: 1, watched: true })
      .pass(0, 500, 500, 9_750)
      .command('pause')
      .pass(3_600_000)
      .command('resume')
      .pass(250, 20_000)
      .command('pause')
      .pass(60_000)
      .command('resume')
      .pass(15_000, 4_500, 500)
      .complete(),
  'paused-in-preparation': () =>
    new Play({ epochs: 1, watched: true })
      .pass(0, 200)
      .command('pause')
      .pass(60_000)
      .command('resume')
      .pass(300, 50_000, 500)
      .complete(),
  'resumed-in-turn': () =>
    new Play({ epochs: 1, watched: true })
      .pass(0, 500, 5_000)
      .command('pause')
      .queue('anna')
      .pass(1_000)
      .command('pause')
      .queue('bert')
      .pass(3_600_000)
      .inTurn()
      .pass(45_000, 500)
      .complete(),
  'in-the-queue': () => new Play({ epochs: 1 }).pass(0, 500, 5_000).command('pause').queue('anna'),
  long: () => new Play({ epochs: 100 }).pass(0, 500, 5_000_000, 500).complete(),
  edited: () =>
    new Play({ epochs: 1, watched: true })
      .edit({ name: 'Prüfung', tags: ['Kandidat'] })
      .pass(0, 500, 9_750)
      .edit({ notes: 'eine Zeile\nund noch eine' })
      .pass(60_000)
      .complete()
      .edit({ name: 'Abschlussprüfung', notes: '', tags: [] }),
  'taken-over': () =>
    new Play({ epochs: 1, trainedBy: 'runner' })
      .begin()
      .pass(5_000)
      .decided(claim('lost'))
      .pass(60_000)
      .decided(word('lost'), report('lost', { totalSteps: 100, phase: 'training' }))
      .pass(60_000)
      .decided((job, nowMs) => missWords(job, 60_000, nowMs))
      .pass(30_000)
      .decided(word('lost'))
      .pass(600_000)
      .decided((job, nowMs) => missWords(job, 600_000, nowMs))
      .decided(claim('next'))
      .pass(10_000)
      .decided(word('next', { highestBefore: 40 }), report('next', { phase: 'training' }))
      .pass(700_000)
      .decided((job, nowMs) => missProgress(job, nowMs - 600_000, nowMs))
      .decided(report('next', { phase: 'validating', points: [pointAt(99)] }))
      .pass(1_000)
      .decided(finish('next', 'completed'))
      .complete(),
  'asked-to-pause': () =>
    new Play({ epochs: 1, trainedBy: 'runner' })
      .begin()
      .decided(claim('first'))
      .decided(word('first'), report('first', { phase: 'training' }))
      .pass(20_000)
      .command('pause')
      .pass(1_000)
      .command('resume')
      .command('pause')
      .decided(report('first', { acknowledged: 2 }))
      .pass(1_000)
      .decided(report('first', { stopping: 2 }))
      .pass(9_000)
      .decided(finish('first', 'paused', { checkpoint: { step: 20, path: 'checkpoints/step-20' } }))
      .pass(3_600_000)
      .command('resume')
      .decided(claim('second'))
      .decided(word('second', { highestBefore: 30 }))
      .pass(1_000)
      .decided(finish('second', 'released'))
      .decided(claim('third'), claim('third'))
      .decided(word('third'))
      .command('cancel')
      .command('give_up'),
  deleted: () => new Play({ epochs: 10 }).pass(0, 500, 30_000).command('pause').command('delete'),
}

type Rule = (job: JobOf<'runner'>, nowMs: number) => JobEvent[]

const curve: CurveState = {
  ...{ points: 31, sequence: 1, firstPoint: 31 },
  ...{ highestBefore: null, lowest: null, lowestOfAll: 0 },
}

const pointAt = (step: number): Point => ({ step, epoch: null, timestampMs: startMs, metrics: { loss: 0.5 } })

const attemptOf = (job: Job, runner: string): Attempt => {
  const attempt = job.attempts.all.findLast((one) => one.runner === runner)
  if (attempt === undefined) throw new Error(`${runner} has no attempt`)
  return attempt
}

const claim =
  (runner: string): Rule =>
  (job, nowMs) => {
    const tokenHash = `hash ${job.attempts.all.length} ${job.revision}`
    const event = decideClaim(job, { runner, claimId: `claim ${runner}`, tokenHash, version: '1.0.0' }, nowMs)
    if (event === null) throw new Error(`${runner} does not get the job`)
    return [event]
  }

const word =
  (runner: string, more: Partial<CurveState> = {}): Rule =>
  (job, nowMs) =>
    hear(job, attemptOf(job, runner), { ...curve, ...more }, nowMs)

const report =
  (runner: string, content: Partial<Report>): Rule =>
  (job, nowMs) =>
    decideReport(job, attemptOf(job, runner), { points: [], lines: [], dropped: [], ...content }, curve, nowMs).events

const finish =
  (runner: string, outcome: Outcome, more: Partial<Finish> = {}): Rule =>
  (job, nowMs) =>
    decideFinish(job, attemptOf(job, runner), { sequence: 2, outcome, ...more }, nowMs)

/** The tables an object creates for its log, without comments. */
export function tables(): string {
  const { db } = new Play({ epochs: 1 }).disk
  const rows = db.prepare("SELECT sql FROM sqlite_master WHERE type = 'table' ORDER BY name").all()
  const bare = (sql: unknown) => String(sql).replace(/--.*/g, '').replace(/\s+/g, ' ')
  return rows.map(({ sql }) => `${bare(sql)};\n`).join('')
}

/** Runs a job on the real rules and the real storage, so that the recording is what an object would store. */
class Play {
  readonly disk = new Disk()
  readonly #storage = storageOn(this.disk)
  readonly #watched: boolean
  readonly #looks: Look[] = []
  readonly #rows = new Map<string, StatusRow>()
  #cursor: Cursor = { revision: 0, points: 0 }
  #nowMs = startMs

  constructor({
    epochs = 10,
    speed = 1,
    failsAt = null as number | null,
    watched = false,
    trainedBy = undefined as 'runner' | undefined,
  }) {
    this.#watched = watched
    const spec = {
      ...specOf(epochs),
      dataset: { revision: 7, documents: 50 },
      ...(trainedBy && { trainedBy, params: { seed: '17' }, maxAttempts: 2 }),
    }
    const settings = { ...patience, simulationSpeed: speed, simulationFailsAt: failsAt }
    this.#commit([create(spec, chooseTrainer(settings, spec), startMs)])
  }

  /** A job for runners is offered to them once it has a slot. */
  begin(): this {
    return this.#commit([{ type: 'offered', atMs: this.#nowMs }])
  }

  /** Commits what rules decide, one after another. */
  decided(...rules: Rule[]): this {
    for (const rule of rules) this.#commit(rule(this.#job as JobOf<'runner'>, this.#nowMs))
    return this
  }

  /** Advances time in steps, and commits what is due after each. */
  pass(...stretchesMs: number[]): this {
    for (const ms of stretchesMs) {
      this.#nowMs += ms
      this.#commit(advance(this.#job, this.#nowMs))
    }
    return this
  }

  command(command: Command): this {
    const events = decide(this.#job, command, this.#nowMs)
    if ('reason' in events) throw new Error(`${command} is refused: ${events.reason}`)
    return this.#commit(events)
  }

  edit(edit: Edit): this {
    const events = decideEdit(this.#job, edit, this.#nowMs)
    if ('reason' in events) throw new Error(`The edit is refused: ${events.reason}`)
    return this.#commit(events)
  }

  /** A paused job gets in the queue, as an actor has asked. */
  queue(actor: string): this {
    return this.#commit([{ ...queueResume(this.#job, this.#nowMs), actor }])
  }

  /** It is given a slot. */
  inTurn(): this {
    const resumed = resumeInTurn(this.#job, this.#nowMs)
    if (resumed === null) throw new Error('It does not wait')
    return this.#commit([resumed])
  }

  /** The completion, after D1 has registered the version of a validated job. */
  complete(): this {
    return this.#commit([{ type: 'completed', atMs: this.#job.changedMs }])
  }

  history(): History {
    const log = this.disk.db.prepare('SELECT seq, type, at_ms, data FROM events ORDER BY seq').all()
    return {
      log: log.map((row) => ({ ...row }) as LogRow),
      row: this.#row(),
      rows: [...this.#rows.values()],
      end: { at_ms: this.#nowMs, shown: describe(viewOf(this.#job, this.#nowMs)) },
      looks: this.#looks,
    }
  }

  #row(): JobRow {
    const { status, revision, edits } = this.#job
    return { status, revision, edits, ...storedJob(this.#job), snapshot: '' }
  }

  /** Keeps the row of the first event that led to the job's status. */
  #keepRow() {
    const job = this.#job
    if (this.#rows.has(job.status)) return
    const slot = holdsSlot(job) ? 1 : null
    const wake_by_ms = wakeDeadlineMs(job, job.changedMs)
    this.#rows.set(job.status, { ...this.#row(), slot, wake_by_ms, shown: describe(viewOf(job, job.changedMs)) })
  }

  get #job(): Job {
    if (this.#storage.job === null) throw new Error('Nothing has happened yet')
    return this.#storage.job
  }

  #commit(events: JobEvent[]): this {
    if (events.length > 0) {
      this.#storage.commit(events)
      this.#keepRow()
    }
    if (this.#watched) this.#look()
    return this
  }

  /** Records the events sent to two watchers that are up to date. */
  #look() {
    const [job, at_ms, before] = [this.#job, this.#nowMs, this.#cursor]
    if (before.revision === job.revision && before.points === viewOf(job, at_ms).curve.length) return
    const window = frameOf(job, at_ms, 'window', before)
    const delta = frameOf(job, at_ms, 'delta', before)
    this.#cursor = delta.cursor
    this.#looks.push({ at_ms, revision: sequenceOf(job), window: window.text, delta: delta.text })
  }
}

/** The event for a watcher at a cursor, and its new cursor. */
export function frameOf(job: Job, nowMs: number, mode: HistoryMode, before: Cursor) {
  const { cursor, event } = describeEvent(viewOf(job, nowMs), mode, before)
  return { cursor, text: new TextDecoder().decode(encodeEvent(cursorId(cursor), event)) }
}

/** The storage of an object that wakes on this disk. */
export const storageOn = (disk: Disk) => new EventStore(new Storage(disk, () => {}) as unknown as DurableObjectStorage)
