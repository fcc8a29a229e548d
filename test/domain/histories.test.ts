import { describe, expect, test } from 'vitest'
import { parseCursor } from '../../src/jobs/object/frames.ts'
import { jobOf } from '../../src/jobs/register/stored-job.ts'
import { describe as snapshotAt } from '../../src/jobs/rules/describe.ts'
import { sequenceOf } from '../../src/jobs/rules/edit.ts'
import { advance, decide, evolve, viewOf } from '../../src/jobs/rules/job.ts'
import { commands } from '../../src/jobs/rules/refusals.ts'
import type { HistoryPoint, JobSnapshot } from '../../src/jobs/rules/shown.ts'
import type { Job } from '../../src/jobs/rules/types.ts'
import { isFinal, jobStatuses } from '../../src/shared/job-status.ts'
import { formats, readHistories, readTables } from '../histories/files.ts'
import type { History, LogRow } from '../histories/format.ts'
import { frameOf, storageOn, stories, tables } from '../histories/stories.ts'
import { Disk } from '../simulation/storage.ts'
import { after } from './jobs.ts'

describe.each(formats())('format %s, as stored and streamed', (format) => {
  const histories = readHistories(format)
  const schema = readTables(format)
  const watched = histories.filter(([, { looks }]) => looks.length > 0)

  test.each(histories)('%s: the log still shows the job it showed', (_, { log, end }) => {
    const job = load(schema, log)
    expect(snapshotAt(viewOf(job, end.at_ms))).toMatchObject(mended(format, end.shown))
    expect(job.deleted).toBe(log.at(-1)?.type === 'deleted')
  })

  test.each(histories)('%s: the row still shows the job it showed', (_, { row, end }) => {
    const { status, revision, edits, spec, summary, snapshot } = row
    const stored = spec === null || summary === null ? { spec: null, summary: null, snapshot } : { spec, summary }
    const job = jobOf(stored, status, revision, edits)
    expect(snapshotAt(viewOf(job, job.changedMs))).toMatchObject(mended(format, end.shown))
  })

  test.each(histories)('%s: the row of each status shows the job it showed', (_, { rows }) => {
    for (const { status, revision, spec, summary, snapshot, shown } of rows) {
      const stored = spec === null || summary === null ? { spec: null, summary: null, snapshot } : { spec, summary }
      const job = jobOf(stored, status, revision)
      expect(snapshotAt(viewOf(job, job.changedMs)), status).toMatchObject(mended(format, shown))
    }
  })

  test('there is a row of each status', () => {
    const recorded = new Set(histories.flatMap(([, { rows }]) => rows.map(({ status }) => status)))
    expect(recorded).toEqual(new Set(jobStatuses))
  })

  test.each(histories)('%s: a job cut off after any event accepts every command, and finishes', (_, { log }) => {
    for (let events = 1; events <= log.length; events++) {
      const job = load(schema, log.slice(0, events))
      expect(sequenceOf(job)).toBe(events)
      for (const command of commands) {
        const outcome = decide(job, command, job.changedMs)
        // The same request again changes nothing.
        if (!('reason' in outcome) && outcome.length > 0)
          expect(sequenceOf(after(job, outcome))).toBeGreaterThan(events)
      }
      expect(isFinal(playOut(job).status) || job.deleted).toBe(true)
    }
  })

  test.each(watched)('%s: an open client receives the same events', (_, { log, looks }) => {
    let before = { revision: 0, points: 0 }
    for (const look of looks) {
      const job = load(schema, log.slice(0, look.revision))
      const [window, delta] = [frameOf(job, look.at_ms, 'window', before), frameOf(job, look.at_ms, 'delta', before)]
      expect(parse(window.text)).toMatchObject(parse(look.window))
      expect(parse(delta.text)).toMatchObject(parse(look.delta))
      before = delta.cursor
    }
  })

  test.each(watched)('%s: a reconnecting client resumes after any event', (_, { log, end, looks }) => {
    const job = load(schema, log)
    const events = looks.map(({ delta }) => parse(delta))
    for (const [i, { id }] of events.entries()) {
      const missed = events.slice(i + 1).flatMap(({ data }) => data.history)
      const rest = parse(frameOf(job, end.at_ms, 'delta', parseCursor(id)).text)
      expect(rest.data.history).toMatchObject(missed)
    }
  })
})

test('the newest recorded format is the one stored and streamed today', () => {
  const newest = formats().at(-1) ?? ''
  const recorded = Object.fromEntries(readHistories(newest))
  const today = Object.fromEntries(Object.entries(stories).map(([name, play]) => [name, play().history()]))
  expect(tables()).toBe(readTables(newest))
  for (const [name, { log, row, rows, looks }] of Object.entries(today)) {
    expect(recorded[name], 'npm run record-history').toMatchObject({ log, row, rows, looks } satisfies Partial<History>)
  }
})

/** What was shown, with what was wrong then: a completed job of runners had not processed all of its documents. */
const mended = (format: string, shown: Partial<JobSnapshot>) =>
  format === 'v5' && shown.trainer === 'runner' && shown.status === 'completed'
    ? { ...shown, documents_processed: shown.total_documents }
    : shown

/** The job that an object replays from a log when it wakes. */
function load(schema: string, log: LogRow[]): Job {
  const disk = new Disk()
  disk.db.exec(schema)
  if (schema.includes('TABLE sync')) disk.db.exec('INSERT INTO sync VALUES (1, 0)')
  const insert = disk.db.prepare('INSERT INTO events (seq, type, at_ms, data) VALUES (?, ?, ?, ?)')
  for (const { seq, type, at_ms, data } of log) insert.run(seq, type, at_ms, data)
  const { job } = storageOn(disk)
  if (job === null) throw new Error('The log is empty')
  return job
}

/** The job at its end: resumed if it was paused, and registered once it is validated. */
function playOut(job: Job): Job {
  const farMs = job.changedMs + 1e9
  const resumed = job.status === 'paused' ? decide(job, 'resume', job.changedMs) : []
  if ('reason' in resumed) throw new Error(`It cannot be resumed: ${resumed.reason}`)
  const current = after(job, resumed)
  if (current.trainer.kind === 'runner') return givenUp(current)
  const over = after(current, advance(current, farMs))
  return over.status === 'validating' ? evolve(over, { type: 'completed', atMs: over.changedMs }) : over
}

/** A job of runners does not end by itself while one may be out there: it is cancelled, and given up. */
function givenUp(job: Job): Job {
  let current = job
  for (const command of ['cancel', 'give_up'] as const) {
    const events = decide(current, command, current.changedMs)
    if (!('reason' in events)) current = after(current, events)
  }
  return current.validatedMs === null || isFinal(current.status)
    ? current
    : evolve(current, { type: 'completed', atMs: current.changedMs })
}

/** An event as a client parses it. */
function parse(text: string): { id: string; data: { history: HistoryPoint[] } } {
  const [, id = '', data = ''] = /^id: (.+)\ndata: (.+)\n\n$/.exec(text) ?? []
  return { id, data: JSON.parse(data) }
}
