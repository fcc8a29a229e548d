import { afterAll, beforeAll, expect, test } from 'vitest'
import { Folder } from '../runner/machine.ts'
import { Service } from '../runner/service.ts'
import { expectEnd, machineFor, resultIn, runAlone, runOf, valuesOf } from './trained.ts'

let service: Service
beforeAll(async () => {
  service = await Service.start()
})
afterAll(() => service?.[Symbol.asyncDispose]())

test('somebody without a runner opens runs, registers and activates models, finds all of it, and deletes and restores it', async () => {
  using folder = new Folder()
  await runAlone(service, folder, 'person.py', service.adminToken)
  expect(resultIn(folder)).toEqual({
    outer: 'FINISHED',
    found: ['lr 0.01'],
    by_loss: [9, 0.2, 0.02],
    below: 2,
    failed: [true],
    models: ['answers'],
    ...{ by_model_id: 'one', by_run: 'one' },
    before: ['one', 'one', 'one'],
    after: ['one', 'two', 'two'],
    copied: 'two',
    versions: [
      ['answers', '1'],
      ['answers', '2'],
      ['copied', '1'],
    ],
    ordered: ['1', '2'],
    names: ['answers'],
    ...{ deleted: [true], stage: 'deleted', restored: 'active' },
    ...{ tagged: ['renamed'], hidden: [], tags: {} },
    ...{ left: 1, still: 'one' },
  })
})

test('a script registers what autolog has logged as the model of its job, loads it, and logs a large file in parts', async () => {
  using folder = new Folder()
  const id = await service.create()
  await using machine = machineFor(service, folder, ['registers.py'])
  await expectEnd(service, id, machine)
  const seen = resultIn(folder) as Record<string, unknown>
  expect(seen).toMatchObject({
    predicted: [
      [0, 1],
      [0, 1],
    ],
    models: ['model'],
    measured: expect.arrayContaining(['training_accuracy_score']),
  })
  const files = await service.get<{ path: string; size: number; sha256: string }[]>(`/jobs/${id}/artifacts`)
  expect(files).toContainEqual(
    expect.objectContaining({ path: 'large/weights.bin', size: seen.size, sha256: seen.sha256 }),
  )
  const [version] = await service.get<object[]>('/models?model_type=zeugnis')
  expect(version).toMatchObject({ job_id: id, version: `v${seen.version}.0`, is_active: true })
  const { data } = await runOf(service, id)
  expect(data.metrics.map(({ key }) => key)).toContain('training_accuracy_score')
  expect((await service.output(id)).map(({ text }) => text).join('\n')).not.toMatch(/unexpected error/)
})

test('a script opens further runs under that of its job, and one that it leaves open ends with it', async () => {
  using folder = new Folder()
  const id = await service.create()
  await using machine = machineFor(service, folder, ['nested.py'])
  await expectEnd(service, id, machine)
  const { own, runs } = resultIn(folder) as { own: string; runs: string[] }
  expect(own).toBe(id)
  expect(await valuesOf(service, id, 'loss')).toEqual([
    [1, 0.5],
    [2, 0.4],
  ])
  for (const [i, loss] of [0.25, 0.75, 1].entries()) {
    const run = runs[i] ?? ''
    expect(await valuesOf(service, run, 'loss')).toEqual([[1, loss]])
    await expect.poll(async () => (await runOf(service, run)).info.status).toBe('FINISHED')
    expect((await runOf(service, run)).data.tags).toContainEqual({ key: 'mlflow.parentRunId', value: id })
  }
})
