import { expect, vi } from 'vitest'
import type { History, HistoryPoint } from '../../src/client/index.ts'
import { claimJob, finishAttempt, type SentReport, takeReport } from '../../src/jobs/object/attempts.ts'
import type { Core } from '../../src/jobs/object/core.ts'
import { cursorId, parseCursor } from '../../src/jobs/object/frames.ts'
import { describeEvent, pointShown } from '../../src/jobs/rules/describe.ts'
import { historyOf } from '../../src/jobs/rules/history.ts'
import { create } from '../../src/jobs/rules/job.ts'
import { chooseTrainer } from '../../src/jobs/rules/trainers/index.ts'
import type { View } from '../../src/jobs/rules/types.ts'
import { encodeEvent, retryField } from '../../src/platform/sse.ts'
import { Disk } from '../simulation/storage.ts'
import { coreOn, nearbyD1, saveCheckpoint } from './core-on-disk.ts'
import { patience, specOf, startMs } from './jobs.ts'

/** A job that runners train, and what they say. Needs a fake clock. */
export class Trained {
  readonly core: Core
  #token = ''
  #sequence = 0

  constructor() {
    this.core = coreOn(new Disk(), nearbyD1().DB).core
    const spec = { ...specOf(), trainedBy: 'runner' as const }
    this.core.commit([
      create(spec, chooseTrainer({ ...patience, simulationSpeed: 1, simulationFailsAt: null }, spec), startMs),
      { type: 'offered', atMs: startMs },
    ])
  }

  /** Another attempt takes the job. */
  begin(number: number): void {
    this.#token = `token ${number}`
    const claimed = claimJob(this.core, { runner: 'gpu-1', claimId: `claim ${number}`, tokenHash: this.#token })
    if (claimed === null) throw new Error('There was nothing to claim')
    this.#sequence = claimed.sequence
    this.#say({})
  }

  steps(...steps: number[]): void {
    this.values(steps.map((step) => [step, { loss: 1 }]))
  }

  /** Reports these metrics at these steps. */
  values(values: readonly (readonly [step: number, metrics: Record<string, number>])[]): void {
    const nowMs = Date.now()
    vi.setSystemTime(nowMs + 1_000)
    const points = values.map(([step, metrics], at) => ({ step, timestamp: nowMs + at, metrics }))
    this.#say({ sequence: ++this.#sequence, points })
  }

  release(step?: number): void {
    const checkpoint = step === undefined ? {} : { checkpoint: saveCheckpoint(this.core, this.#token, step) }
    this.finish('released', checkpoint)
  }

  finish(outcome: 'released' | 'failed', more = {}): void {
    expect(finishAttempt(this.core, this.#token, { sequence: ++this.#sequence, outcome, ...more })).not.toHaveProperty(
      'reason',
    )
  }

  /** The points in force, as `GET /jobs/{id}/history` has them. */
  get history(): HistoryPoint[] {
    const { curve } = this.core.recorded
    return curve.between(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY).map(pointShown)
  }

  /** The curve of some metrics as the service thins it. */
  thinned(maxPoints: number, metrics: readonly string[]): History {
    const range = { fromStep: 0, toStep: 1e9, maxPoints, metrics, includesSuperseded: false, isNarrow: true }
    return historyOf(this.#view, range)
  }

  #say(report: SentReport): void {
    const answer = takeReport(this.core, this.#token, report)
    if ('reason' in answer) throw new Error(`Refused: ${answer.reason}`)
  }

  /** The stream at this moment, for a watcher at a cursor. */
  wire(id: string | null): Uint8Array {
    const view = this.#view
    let cursor = id === null ? { revision: 0, points: 0 } : parseCursor(id)
    const frames = [retryField]
    while (cursor.revision < view.job.revision || cursor.points < view.curve.length) {
      const frame = describeEvent(view, 'delta', cursor)
      frames.push(encodeEvent(cursorId(frame.cursor), frame.event))
      cursor = frame.cursor
    }
    return new Uint8Array(Buffer.concat(frames))
  }

  /** The first event of a stream in windows. */
  window(): Uint8Array {
    const { cursor, event } = describeEvent(this.#view, 'window', { revision: 0, points: 0 })
    return encodeEvent(cursorId(cursor), event)
  }

  get #view(): View {
    const view = this.core.view()
    if (view === null) throw new Error('There is no job')
    return view
  }
}
