import { readFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { Folder, Machine } from '../runner/machine.ts'
import { Service } from '../runner/service.ts'
import { expectEnd, falling, machineFor, resultIn, runOf, valuesOf } from './trained.ts'

let service: Service
beforeAll(async () => {
  service = await Service.start()
})
afterAll(() => service?.[Symbol.asyncDispose]())

test('an unchanged script logs to the run of its job, whatever experiment it names, and reads back all of it', async () => {
  using folder = new Folder()
  const id = await service.create({ name: 'The job' })
  await using machine = machineFor(service, folder, ['plain.py'], { MLFLOW_EXPERIMENT_NAME: 'another-one' })
  await expectEnd(service, id, machine)
  expect(resultIn(folder)).toEqual({
    run_id: id,
    name: 'a name of mine',
    status: 'RUNNING',
    metrics: { loss: '0.05', acc: '0.5', f1: '0.25', nan: 'nan', up: 'inf', down: '-inf' },
    params: { one: '1', lr: '0.001', none: 'None', long: 'x'.repeat(6_000) },
    tags: { from: 'start', note: 'ü', a: '1' },
    loss: falling(20),
    listed: [
      ['a b+ü%.txt', false, 4],
      ['dir', true, null],
      ['t.txt', false, 5],
      ['table.json', false, 54],
      ['tree', true, null],
    ],
    in_tree: [
      ['tree/deep', true, null],
      ['tree/empty', false, 0],
    ],
    inputs: [['numbers', 'training']],
    table: [
      ['a', 1],
      ['b', 2],
    ],
    text: 'hello',
    sizes: {
      'a b+ü%.txt': 4,
      'dir/d.json': 22,
      't.txt': 5,
      'table.json': 54,
      'tree/deep/x.bin': 256,
      'tree/empty': 0,
    },
  })
  expect(await service.job(id)).toMatchObject({ name: 'The job', status: 'completed', values_not_stored: 0 })
  expect((await runOf(service, id)).info.status).toBe('FINISHED')
  expect(await service.curve(id)).toEqual(falling(20))
})

test('the script that the README begins with has a curve', async () => {
  const [, line = ''] = /echo '(.+)' > train\.py/.exec(readFileSync('README.md', 'utf8')) ?? []
  using folder = new Folder()
  const id = await service.create()
  const command = [inject('python'), '-c', line]
  await using machine = new Machine({ ...service.at, workdir: folder.at('w'), command })
  await expectEnd(service, id, machine)
  expect(await service.curve(id)).toEqual(
    falling(100)
      .slice(0, -1)
      .map(([step, value]) => [step + 1, value]),
  )
})

test.each([
  ['exception-in-with', 1, 'failed', 'FAILED'],
  // Here the client says FINISHED.
  ['exception', 1, 'failed', 'FAILED'],
  ['status-after-the-end', 1, 'failed', 'FAILED'],
  // Here the client says FAILED, or KILLED.
  ['caught', 0, 'completed', 'FINISHED'],
  ['killed', 0, 'completed', 'FINISHED'],
])('how the process ends counts, and not what its client says: %s', async (ending, exit, status, shown) => {
  using folder = new Folder()
  const id = await service.create()
  await using machine = machineFor(service, folder, ['endings.py', ending])
  await expectEnd(service, id, machine, exit)
  expect(await service.job(id)).toMatchObject({ status })
  expect((await runOf(service, id)).info.status).toBe(shown)
  expect(await valuesOf(service, id, 'loss')).toEqual([[1, 0.5]])
})

test('a run that its client has ended goes on until its process does, and takes what comes meanwhile', async () => {
  using folder = new Folder()
  const id = await service.create()
  await using machine = machineFor(service, folder, ['waits.py', 'end'])
  await expect.poll(async () => (await service.output(id)).map(({ text }) => text)).toContain('waits')
  expect(await service.job(id)).toMatchObject({ status: 'training' })
  expect((await runOf(service, id)).info.status).toBe('RUNNING')
  writeFileSync(folder.at('go'), '')
  await expectEnd(service, id, machine)
  expect(await valuesOf(service, id, 'score')).toEqual([[0, 0.9]])
})

test('a script that knows nothing of pauses is ended by SIGTERM, and the next attempt logs to the same run, with other folders', async () => {
  using folder = new Folder()
  const id = await service.create()
  await using first = machineFor(service, folder, ['waits.py'])
  await expect.poll(async () => (await service.output(id)).map(({ text }) => text)).toContain('waits')
  await service.post(`/jobs/${id}/pause?grace_s=10`)
  await expectEnd(service, id, first, 3)
  expect(await service.job(id)).toMatchObject({ status: 'paused' })
  expect((await runOf(service, id)).info.status).toBe('RUNNING')
  await service.post(`/jobs/${id}/resume`)
  writeFileSync(folder.at('go'), '')
  await using second = machineFor(service, folder, ['waits.py'], { STEP: '2' })
  await expectEnd(service, id, second)
  const { data } = await runOf(service, id)
  expect(data.params).toEqual([{ key: 'output_dir', value: expect.stringContaining('/2/work') }])
  // There was no checkpoint: what the first attempt logged does not count any more.
  expect(await valuesOf(service, id, 'loss')).toEqual([[2, 0.5]])
})

test('1,500 metrics and 250 parameters at once, and what the client reads of its machine, are stored', async () => {
  using folder = new Folder()
  const id = await service.create()
  await using machine = machineFor(service, folder, ['many.py'], {
    MLFLOW_SYSTEM_METRICS_SAMPLING_INTERVAL: '1',
    MLFLOW_SYSTEM_METRICS_SAMPLES_BEFORE_LOGGING: '1',
  })
  await expectEnd(service, id, machine)
  const { data } = await runOf(service, id)
  const own = data.metrics.filter(({ key }) => !key.startsWith('system/'))
  expect(own.map(({ key, value, step }) => [key, value, step]).sort()).toEqual(
    Array.from({ length: 1_500 }, (_, i) => [`metric ${i}`, i, 3]).sort(),
  )
  expect(data.params).toHaveLength(250)
  expect(data.metrics.map(({ key }) => key)).toContain('system/system_memory_usage_percentage')
  expect(await service.job(id)).toMatchObject({ status: 'completed', values_not_stored: 0 })
})
