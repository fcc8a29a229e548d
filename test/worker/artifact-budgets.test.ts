import { expect, test, vi } from 'vitest'
import { api, beginAtStart, cancelAll, createJob, getJob, registerRow, request } from './api.ts'
import { put } from './artifacts.ts'
import { costOf, expectWithin } from './cost.ts'
import { meterObject } from './meters.ts'
import { Runner } from './runner.ts'

beginAtStart()

/** A job with a live attempt, and so many files. */
async function begin(files: number): Promise<Runner> {
  await createJob({ trainer: 'runner' })
  const runner = await new Runner().begin()
  for (let n = 0; n < files; n++) await put(runner, `f${n}`, `${n}`)
  // D1 hears of the confirmation behind the answer.
  await vi.waitFor(async () => {
    expect((await registerRow(runner.job))?.revision).toBe((await getJob(runner.job)).revision)
  })
  return runner
}

test('what a file costs does not grow with their number, and reading one writes nothing', async () => {
  const figures = []
  for (const files of [1, 60]) {
    const runner = await begin(files)
    const path = `${api}/jobs/${runner.job}/artifacts`
    const meter = await meterObject(runner.job)
    const rows = async (work: () => Promise<unknown>) => {
      const before = meter.rowsWritten
      const { read, written, trips } = await costOf(work)
      return { object: meter.rowsWritten - before, read, written, trips }
    }
    const stored = await rows(() => put(runner, 'new', 'x'))
    const again = await rows(() => put(runner, 'new', 'x'))
    const replaced = await rows(() => put(runner, 'new', 'y'))
    const shown = await rows(async () => (await request(`${path}/new`)).text())
    const listed = await rows(async () => (await request(`${path}?limit=50`)).text())
    expectWithin('a new file', stored, { object: 7, read: 0, written: 0, trips: 0 })
    expectWithin('the same again', again, { object: 0, read: 0, written: 0, trips: 0 })
    expectWithin('another content', replaced, { object: 10, read: 0, written: 0, trips: 0 })
    expectWithin('a file that is read', shown, { object: 0, read: 0, written: 0, trips: 0 })
    expectWithin('a page', listed, { object: 0, read: 0, written: 0, trips: 0 })
    await cancelAll()
    figures.push({ stored, again, replaced, shown, listed })
  }
  expect(figures[1]).toEqual(figures[0])
})
