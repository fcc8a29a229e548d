import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, test } from 'vitest'
import { trainingDocuments } from '../../src/dataset/documents.ts'
import { storeDigest } from '../../src/dataset/revisions.ts'
import { ATTEMPT_CHECK_MS, HEARTBEAT_S } from '../../src/platform/limits.ts'
import { LIVE_HOUR, WORDS, type Word } from '../budgets.ts'
import { alarmOf, beginAtStart, createJob, getJob, runAlarm, setClock, startMs, stubOf } from './api.ts'
import { costOf } from './cost.ts'
import { meterObject } from './meters.ts'
import { Runner } from './runner.ts'

// The digest of what jobs train on is made once: what that costs, budgets-of-dataset.test.ts says.
beforeAll(async () => {
  const { revision } = await trainingDocuments(env.DB, ['BY'])
  await storeDigest(env.DB, { revision, bundeslaender: ['BY'], givenRevision: revision })
})
beginAtStart()

const pointsFrom = (step: number, count: number) =>
  Array.from({ length: count }, (_, i) => ({ step: step + i, metrics: { loss: 1 / (step + i + 1) } }))

/** Measures words about a job, each in the object and in D1. */
async function meterOf(id: string) {
  const object = await meterObject(id)
  return async (work: () => Promise<unknown>) => {
    const { rowsWritten, alarmsSet } = { ...object }
    const d1 = await costOf(work)
    return { objectRows: object.rowsWritten - rowsWritten, alarmsSet: object.alarmsSet - alarmsSet, ...d1 }
  }
}

/** Gives a job so many points, as a thousand a row: a copy of one report's row, further on. */
async function fill(id: string, rows: number): Promise<void> {
  await runInDurableObject(stubOf(id), (_, { storage: { sql } }) => {
    const names = sql.exec<{ name: string }>("SELECT name FROM pragma_table_info('blocks')").toArray()
    const moved = names.map(({ name }) =>
      ['first', 'from_step', 'to_step'].includes(name)
        ? `${name} + 1000 * n`
        : name === 'sequence'
          ? 'sequence + n'
          : name,
    )
    sql.exec(
      `WITH RECURSIVE more (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM more WHERE n < ?)
       INSERT INTO blocks SELECT ${moved.join(', ')} FROM more, (SELECT * FROM blocks ORDER BY first DESC LIMIT 1)`,
      rows,
    )
  })
  await evictDurableObject(stubOf(id))
}

describe.each([10, 10_000, 1_000_000])('of a job with %d points', (points) => {
  test('a word costs what it always does', async () => {
    const id = await createJob({ trainer: 'runner' })
    const runner = new Runner(`of-${points}`)
    const measured: Partial<Record<Word, unknown>> = {}
    let costs = await meterOf(id)
    measured.claim = await costs(() => runner.claim())
    measured.confirmation = await costs(() => runner.beat())
    measured.firstReport = await costs(() => runner.report({ points: pointsFrom(0, 10) }))
    if (points > 10) {
      await runner.report({ points: pointsFrom(10, 1_000) })
      await fill(id, points / 1_000 - 1)
      runner.sequence += points / 1_000 - 1
      await runner.beat()
      costs = await meterOf(id)
    }
    measured.heartbeat = await costs(() => runner.beat())
    for (const step of [2_000_000, 2_000_001]) {
      measured.report = await costs(() => runner.report({ points: pointsFrom(step, 1) }))
    }
    expect(await costs(() => runner.report({ points: pointsFrom(2_000_002, 1_000) }))).toEqual(measured.report)
    const both = { points: pointsFrom(2_001_002, 1_000), output: [{ text: 'one' }, { text: 'two' }] }
    measured.reportWithOutput = await costs(() => runner.report(both))
    const checkedMs = Date.now()
    setClock(checkedMs + ATTEMPT_CHECK_MS - 1)
    await runner.beat()
    measured.check = await costs(() => runAlarm(id))
    await runner.beat()
    setClock(checkedMs + 2 * ATTEMPT_CHECK_MS - 1)
    await runner.beat()
    measured.idleCheck = await costs(() => runAlarm(id))
    measured.finish = await costs(() => runner.finish('failed'))
    expect(measured).toEqual(WORDS)
    expect((await getJob(id)).status).toBe('failed')
  })
})

test('an hour of an attempt that is only heard takes few alarms, and writes nothing', async () => {
  const id = await createJob({ trainer: 'runner' })
  const runner = await new Runner().begin()
  await runner.report({ points: pointsFrom(0, 10), expect_silence_s: 3_600 })
  const costs = await meterOf(id)
  let alarms = 0
  const hour = await costs(async () => {
    for (let s = 0; s < 3_600; s += HEARTBEAT_S) {
      setClock(startMs + s * 1_000)
      for (let dueMs = await alarmOf(id); dueMs !== null && dueMs <= Date.now(); dueMs = await alarmOf(id)) {
        await runAlarm(id)
        alarms++
      }
      await runner.beat()
    }
  })
  expect({ alarms, ...hour }).toEqual(LIVE_HOUR)
})
